# Limits of funnel plots, a control chart, and detectable differences, in base R: the values stand in the unit tests of
# src/statistics/funnel.rs, control.rs and detect.rs.
options(digits = 14)
p0 <- 0.80642448
for (n in c(5, 400)) for (level in c(0.95, 0.998)) {
  tail <- (1 - level) / 2
  normal <- p0 + c(-1, 1) * qnorm(1 - tail) * sqrt(p0 * (1 - p0) / n)
  exact <- sapply(c(tail, 1 - tail), function(p) {
    r <- qbinom(p, n, p0)
    (r - (pbinom(r, n, p0) - p) / dbinom(r, n, p0)) / n
  })
  cat(n, level, "normal", normal, "exact", exact, "\n")
}
x <- c(10, 11, 9, 12, 10, 10, 9, 11, 10, 10)
cat("xmr", mean(x), mean(x) + c(-1, 1) * 3 / (2 / sqrt(pi)) * mean(abs(diff(x))), "\n")
cat("detectable", (qt(0.975, 40) + qt(0.8, 40)) * 0.05, (qnorm(0.975) + qnorm(0.8)) * 0.05, "\n")
