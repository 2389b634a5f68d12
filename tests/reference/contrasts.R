# Differences between groups, part against whole, and between questions with missing answers, by R survey: the values stand in
# the unit tests of src/estimate/contrast.rs.
suppressMessages(library(survey))
options(digits = 15)
d <- data.frame(
  x = c(1, 0, 1, 1, 0, 1, 1, NA, 1, 0, 1, 0, 0, 1, 0, 0, NA, 1, 0, 0),
  y = c(1, 1, 0, 1, 0, 0, 1, 1, 0, 0, NA, 0, 1, 0, 0, 0, 1, 0, 1, NA),
  h = rep(c("h", "k"), c(12, 8)), N = rep(c(100, 60), c(12, 8)), g = rep(c("a", "b", "c"), length.out = 20))
design <- svydesign(~1, strata = ~h, fpc = ~N, data = d)
# The mean over a domain as a ratio, with the scores of all units: differences of any two follow from svycontrast.
ratios <- function(...) {
  parts <- list(...)
  value <- sapply(parts, function(p) coef(svyratio(p$y, p$x, design)))
  z <- sapply(parts, function(p) { r <- coef(svyratio(p$y, p$x, design)); (p$y - r * p$x) / sum(weights(design) * p$x) })
  list(value = value, vcov = vcov(svytotal(z, design)))
}
part <- function(v, member) { ok <- !is.na(v) & member; list(y = ifelse(ok, v, 0), x = as.numeric(ok)) }
report <- function(name, two) {
  difference <- two$value[1] - two$value[2]
  se <- sqrt(two$vcov[1, 1] + two$vcov[2, 2] - 2 * two$vcov[1, 2])
  cat(name, difference, se, 2 * pt(-abs(difference / se), degf(design)), "\n")
}
a <- d$g == "a"; all <- rep(TRUE, 20)
report("REST_A", ratios(part(d$x, a), part(d$x, !a)))
report("WHOLE_A", ratios(part(d$x, a), part(d$x, all)))
report("ITEMS", ratios(part(d$x, all), part(d$y, all)))
# The same through the package's own door: a regression on the indicator is the difference from the rest.
print(summary(svyglm(x ~ a, design = update(design, a = a)))$coefficients)
