# Strata, clusters, stages, corrections; means, totals, ratios, shares, design effects.
source("common.R"); source("data.R")

battery <- function(data, args, design, y, x, share, level = 0.95, call) {
  df <- degf(design)
  one <- function(flag, v) paste(args, flag, v)
  f <- function(v) as.formula(paste0("~", v))
  mean <- svymean(f(y), design, na.rm = TRUE, deff = TRUE)
  emit_number(data, one("--mean", y), "mean", y, mean, df, paste("svymean", call), level = level)
  emit(data, one("--mean", y), "mean", y, "deff", deff(mean), "svymean(deff = TRUE)")
  emit(data, one("--deff with --mean", y), "mean", y, "deff", deff(svymean(f(y), design, na.rm = TRUE, deff = "replace")), "svymean(deff = 'replace')")
  total <- svytotal(f(y), design, na.rm = TRUE, deff = TRUE)
  emit_number(data, one("--total", y), "total", y, total, df, "svytotal", level = level)
  emit(data, one("--total", y), "total", y, "deff", deff(total), "svytotal(deff = TRUE)")
  ratio <- svyratio(f(y), f(x), design, na.rm = TRUE, deff = TRUE)
  emit_number(data, one("--ratio", paste0(y, "/", x)), "ratio", paste0(y, "/", x), ratio, df, "svyratio", level = level)
  emit(data, one("--ratio", paste0(y, "/", x)), "ratio", paste0(y, "/", x), "deff", deff(ratio), "svyratio(deff = TRUE)")
  emit_shares(data, one("--proportion", share), share, design, df, "svymean(~factor())")
}

w <- svydesign(~1, weights = ~weight, data = carers)
battery("carers", "--weight weight", w, "cost", "age", "q1", call = "ids = ~1, weights")
s <- svydesign(~1, strata = ~area, weights = ~weight, data = carers)
battery("carers", "--weight weight --strata area", s, "hours", "age", "q2", call = "strata, weights")
sf <- svydesign(~1, strata = ~area, weights = ~weight, fpc = ~population, data = carers)
battery("carers", "--weight weight --strata area --fpc population", sf, "hours", "cost", "helped", call = "strata, weights, fpc")
so <- svydesign(~1, strata = ~area, fpc = ~population, data = carers)
battery("carers", "--strata area --fpc population", so, "cost", "hours", "q1", call = "strata, fpc")
sr <- svydesign(~1, strata = ~area, fpc = ~fraction, data = carers)
battery("carers", "--strata area --fpc fraction --level 0.9", sr, "hours", "age", "q2", level = 0.9, call = "strata, fpc = fraction")
cross <- svydesign(~1, strata = ~interaction(area, sex), weights = ~weight, data = carers)
battery("carers", "--weight weight --strata area,sex", cross, "cost", "age", "q1", call = "strata crossed")
k <- svydesign(~key, weights = ~weight, data = files)
battery("files", "--weight weight --cluster key", k, "days", "files", "plan", call = "ids = ~key")
ks <- svydesign(~key, strata = ~district, weights = ~weight, data = files)
battery("files", "--weight weight --cluster key --strata district", ks, "rating", "days", "rating", call = "ids, strata")
kn <- svydesign(~team, strata = ~district, weights = ~weight, nest = TRUE, data = files)
battery("files", "--weight weight --cluster team --strata district --nest", kn, "days", "files", "kind", call = "nest = TRUE")
kf <- svydesign(~team, strata = ~district, weights = ~weight, fpc = ~teams, nest = TRUE, data = files)
battery("files", "--weight weight --cluster team --strata district --nest --fpc teams", kf, "days", "rating", "plan", call = "nest, fpc")
two <- svydesign(~team + file, strata = ~district, fpc = ~teams + files, nest = TRUE, data = files)
battery("files", "--cluster team,file --strata district --nest --fpc teams,files", two, "rating", "days", "rating", call = "two stages, fpc")
twow <- svydesign(~key + file, fpc = ~all + files, weights = ~weight, data = files)
battery("files", "--cluster key,file --fpc all,files --weight weight", twow, "days", "rating", "plan", call = "two stages, no strata")

# Strata with one PSU, by policy.
for (policy in c(certainty = "certainty", centre = "adjust", average = "average")) {
  options(survey.lonely.psu = policy)
  name <- c(certainty = "certainty", adjust = "centre", average = "average")[policy]
  for (fpc in c(FALSE, TRUE)) {
    d <- svydesign(~1, strata = ~stratum, weights = ~w, fpc = if (fpc) ~population else NULL, data = lonely)
    args <- paste0("--weight w --strata stratum --single-psu ", name, if (fpc) " --fpc population" else "")
    emit_number("lonely", paste(args, "--mean y"), "mean", "y", svymean(~y, d), degf(d), paste("lonely.psu =", policy))
    emit_number("lonely", paste(args, "--total y"), "total", "y", svytotal(~y, d), degf(d), paste("lonely.psu =", policy))
  }
}
options(survey.lonely.psu = "fail")
write_expected("designs")
