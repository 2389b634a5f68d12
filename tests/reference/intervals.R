# Intervals of proportions: svyciprop where it has the method, the formula where not.
source("common.R"); source("data.R")
sf <- svydesign(~1, strata = ~area, weights = ~weight, fpc = ~population, data = carers)
kn <- svydesign(~team, strata = ~district, weights = ~weight, nest = TRUE, data = files)
cases <- list(
  list("carers", "--weight weight --strata area --fpc population", sf, "helped"),
  list("carers", "--weight weight --strata area --fpc population", sf, "rare"),
  list("files", "--weight weight --cluster team --strata district --nest", kn, "plan"))
for (case in cases) {
  design <- case[[3]]; v <- case[[4]]; f <- as.formula(paste0("~", v)); args <- paste(case[[2]], "--proportion", v)
  m <- svymean(f, design); n <- nrow(design); df <- degf(design)
  for (level in c(0.95, 0.9)) {
    a <- if (level == 0.95) args else paste(args, "--level 0.9")
    for (method in c("wald", "logit", "wilson", "agresti-coull", "arcsine", "clopper-pearson", "beta", "korn-graubard", "jeffreys", "likelihood"))
      emit_interval(case[[1]], a, v, 1, method, interval(method, coef(m), SE(m), n, df, level), "the formula")
    for (pair in list(c("wald", "mean"), c("logit", "xlogit"), c("arcsine", "asin"), c("beta", "beta")))
      emit_interval(case[[1]], a, v, 1, pair[1], confint(svyciprop(f, design, method = pair[2], level = level)), sprintf("svyciprop(method = '%s')", pair[2]))
    # svyciprop fits a model by iteration, and interpolates the profile of its likelihood.
    emit_interval(case[[1]], a, v, 1, "logit", confint(svyciprop(f, design, method = "logit", level = level)), "svyciprop(method = 'logit')", tolerance = 1e-6)
    emit_interval(case[[1]], a, v, 1, "likelihood", confint(svyciprop(f, design, method = "likelihood", level = level)), "svyciprop(method = 'likelihood')", tolerance = 5e-3)
  }
}
write_expected("intervals")
