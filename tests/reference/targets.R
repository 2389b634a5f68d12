# Whether targets on shares and means are met: the ends that a target is held against, from base R.
# Rscript tests/reference/targets.R > tests/reference/targets.csv
#
# Shares: Wilson's interval on the effective size n* = p (1 - p) / se^2 with t quantiles. Means: value -+ t se.
# two-sided at level L: t at (1 + L) / 2; one-sided at level L: t at L.
options(digits = 17)
cases <- expand.grid(kind = c("share", "mean"), sides = c("two-sided", "one-sided"), level = c(0.90, 0.95, 0.99),
                     at = 1:4, stringsAsFactors = FALSE)
shares <- data.frame(value = c(0.5126656958166925, 0.65, 0.93, 0.08), se = c(0.03806389082088416, 0.0477, 0.021, 0.03),
                     n = c(152, 100, 140, 60), df = c(162, 60, 11, 5))
means <- data.frame(value = c(3.684999665618939, 4.2, 2, 48.7), se = c(0.153, 0.4, 0.05, 3.49), n = c(81, 20, 90, 161),
                    df = c(77, 3, 40, 162))
cat("kind,sides,level,value,se,n,df,low,high\n")
for (i in seq_len(nrow(cases))) {
  case <- cases[i, ]
  row <- (if (case$kind == "share") shares else means)[case$at, ]
  c <- qt(if (case$sides == "two-sided") (1 + case$level) / 2 else case$level, row$df)
  if (case$kind == "share") {
    size <- row$value * (1 - row$value) / row$se^2
    centre <- (size * row$value + c^2 / 2) / (size + c^2)
    margin <- c / (size + c^2) * sqrt(size * row$value * (1 - row$value) + c^2 / 4)
  } else {
    centre <- row$value
    margin <- c * row$se
  }
  cat(sprintf("%s,%s,%.2f,%.16g,%.16g,%d,%d,%.16g,%.16g\n", case$kind, case$sides, case$level, row$value, row$se, row$n,
              row$df, centre - margin, centre + margin))
}
