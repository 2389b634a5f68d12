# The difference between two surveys drawn apart, question by question: both in one design of R's survey package, the wave being
# part of the stratum, with svyby and svycontrast; the interval and the test with Student's t and the smaller of the two
# surveys' degrees of freedom. The figures of each survey by itself are written as a run writes them; what is expected of
# their difference comes from the joint design. Run in this folder: Rscript trend.R
library(survey)
set.seed(20261231)
stratum <- c(rep("north", 400), rep("south", 250), rep("east", 90))
drawn <- list(before = c(north = 40, south = 25, east = 9), now = c(north = 60, south = 18, east = 6))
shares <- list(
  q1 = c(before = 0.45, now = 0.70), q2 = c(before = 0.80, now = 0.55), q3 = c(before = 0.60, now = 0.62),
  q4 = c(before = 0.50, now = 0.62)
)
population <- table(stratum)
wave <- function(name) {
  n <- drawn[[name]]
  data <- data.frame(wave = name, stratum = rep(names(n), n))
  data$fpc <- as.numeric(population[data$stratum])
  data$weight <- data$fpc / n[data$stratum]
  for (q in names(shares)) data[[q]] <- rbinom(nrow(data), 1, shares[[q]][name] + 0.1 * (data$stratum == "north"))
  data
}
data <- rbind(wave("before"), wave("now"))
joint <- svydesign(ids = ~1, strata = ~interaction(wave, stratum), weights = ~weight, fpc = ~fpc, data = data)
options(digits = 17)
figures <- function(name) {
  design <- svydesign(ids = ~1, strata = ~stratum, weights = ~weight, fpc = ~fpc, data = data[data$wave == name, ])
  df <- degf(design)
  rows <- lapply(names(shares), function(q) {
    m <- svymean(as.formula(paste0("~", q)), design)
    se <- as.numeric(SE(m))
    moe <- qt(0.975, df) * se
    data.frame(statistic = "positive", variable = q, by = "", n = nrow(design), estimate = as.numeric(coef(m)), se = se, df = df,
      ci_low = coef(m) - moe, ci_high = coef(m) + moe, moe = moe, label = "Agree", question = q, indicator = "5.1",
      benchmark = "", benchmark_source = "", difference = "", verdict = "")
  })
  rows <- do.call(rbind, rows)
  write.csv(rows, paste0("trend/", name, ".csv"), row.names = FALSE, quote = FALSE)
  df
}
df <- min(figures("before"), figures("now"))
expected <- lapply(names(shares), function(q) {
  by <- svyby(as.formula(paste0("~", q)), ~wave, joint, svymean, covmat = TRUE)
  d <- svycontrast(by, c(before = -1, now = 1))
  difference <- as.numeric(coef(d))
  se <- as.numeric(SE(d))
  p <- 2 * pt(-abs(difference / se), df)
  verdict <- if (p >= 0.05) "no real change" else if (difference > 0) "risen" else "fallen"
  data.frame(variable = q, difference, ci_low = difference - qt(0.975, df) * se, ci_high = difference + qt(0.975, df) * se, verdict)
})
write.csv(do.call(rbind, expected), "expected-trend.csv", row.names = FALSE, quote = FALSE)
