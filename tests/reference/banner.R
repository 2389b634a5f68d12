# Differences between the columns of a banner, standard deviations and effective bases, by R survey: the values stand in the unit
# tests of src/estimate/banner/tests.rs. Domains share strata, so their covariances are not zero.
suppressMessages(library(survey))
options(digits = 15)
d <- data.frame(
  x = c(1, 0, 1, 1, 0, 1, 1, NA, 1, 0, 1, 0, 0, 1, 0, 0, NA, 1, 0, 0),
  m = c(3, 5.5, NA, 2, 7, 4, 4, 1, 6, 2.5, 3, 8, 1, 0, 5, 6, 2, 3.5, NA, 4),
  h = rep(c("h", "k"), c(12, 8)), N = rep(c(100, 60), c(12, 8)), g = rep(c("a", "b", "c"), length.out = 20))
design <- svydesign(~1, strata = ~h, fpc = ~N, data = d)
report <- function(name, difference) {
  se <- SE(difference)
  cat(name, coef(difference), se, 2 * pt(-abs(coef(difference) / se), degf(design)), "\n")
}
for (v in c("x", "m")) {
  by <- svyby(as.formula(paste0("~", v)), ~g, subset(design, !is.na(d[[v]])), svymean, covmat = TRUE)
  p <- c()
  for (pair in list(c("a", "b"), c("a", "c"), c("b", "c"))) {
    difference <- svycontrast(by, setNames(c(1, -1), pair))
    report(paste(v, pair[1], pair[2]), difference)
    p <- c(p, 2 * pt(-abs(coef(difference) / SE(difference)), degf(design)))
  }
  cat(v, "bonferroni", p.adjust(p, "bonferroni"), "holm", p.adjust(p, "holm"), "\n")
  for (group in c("a", "b", "c")) {
    inside <- subset(design, g == group & !is.na(d[[v]]))
    w <- weights(inside)
    cat(v, group, "sd", sqrt(coef(svyvar(as.formula(paste0("~", v)), inside))), "effective", sum(w)^2 / sum(w^2), "\n")
  }
}
# Everyone against group a: the scores of both over all units.
ok <- !is.na(d$m); a <- d$g == "a"
score <- function(member) {
  y <- ifelse(ok & member, d$m, 0); n <- as.numeric(ok & member)
  r <- coef(svyratio(y, n, design))
  list(value = r, z = (y - r * n) / sum(weights(design) * n))
}
whole <- score(TRUE); part <- score(a)
v <- vcov(svytotal(cbind(whole$z, part$z), design))
se <- sqrt(v[1, 1] + v[2, 2] - 2 * v[1, 2])
cat("m all a", whole$value - part$value, se, 2 * pt(-abs((whole$value - part$value) / se), degf(design)), "\n")
