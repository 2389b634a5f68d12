# Weights that agree with population figures, trimming, replicate weights.
source("common.R"); source("data.R")
s <- svydesign(~1, strata = ~area, weights = ~weight, data = carers)
sf <- svydesign(~1, strata = ~area, weights = ~weight, fpc = ~population, data = carers)
w <- svydesign(~1, weights = ~weight, data = carers)
kn <- svydesign(~team, strata = ~district, weights = ~weight, nest = TRUE, data = files)
targets <- function(data, name) { write.csv(data, file.path("data", paste0(name, ".csv")), row.names = FALSE); paste0("{data}/", name, ".csv") }

numbers <- function(data, args, design, ys, df, call, tolerance = 1e-9) for (y in ys) {
  f <- as.formula(paste0("~", y))
  emit_number(data, paste(args, "--mean", y), "mean", y, svymean(f, design, na.rm = TRUE), df, call, tolerance = tolerance)
  emit_number(data, paste(args, "--total", y), "total", y, svytotal(f, design, na.rm = TRUE), df, call, tolerance = tolerance)
}

# Post-stratification.
sex <- data.frame(sex = c("f", "m"), population = c(3200, 1550))
file <- targets(sex, "sex")
frequency <- function(d) { names(d)[names(d) == "population"] <- "Freq"; d }
ps <- postStratify(s, ~sex, frequency(sex))
numbers("carers", paste0("--weight weight --strata area --poststratify sex=", file), ps, c("cost", "hours"), degf(ps), "postStratify")
sub <- subset(ps, team == "red")
emit_number("carers", paste0("--weight weight --strata area --poststratify sex=", file, " --by team --mean cost"), "mean", "cost",
  svymean(~cost, sub), degf(ps), "postStratify, subset", by = "team", group = "red")
both <- expand.grid(sex = c("f", "m"), area = c("north", "south", "east", "west")); both$population <- c(1700, 700, 620, 280, 900, 400, 100, 50)
file2 <- targets(both, "sex-area")
ps2 <- postStratify(sf, ~sex + area, frequency(both))
numbers("carers", paste0("--weight weight --strata area --fpc population --poststratify sex,area=", file2), ps2, "cost", degf(ps2), "postStratify by two")
kind <- data.frame(kind = c("adults", "children"), population = c(1400, 1500)); file3 <- targets(kind, "kind")
psk <- postStratify(kn, ~kind, frequency(kind))
numbers("files", paste0("--weight weight --cluster team --strata district --nest --poststratify kind=", file3), psk, c("days", "rating"), degf(psk), "postStratify clusters")

# Raking.
margins <- data.frame(variable = c("sex", "sex", rep("team", 3)), level = c("f", "m", "red", "green", "blue"), population = c(3200, 1550, 2300, 1400, 1050))
file4 <- targets(margins, "margins")
rk <- rake(s, list(~sex, ~team), list(data.frame(sex = c("f", "m"), Freq = c(3200, 1550)), data.frame(team = c("red", "green", "blue"), Freq = c(2300, 1400, 1050))),
  control = list(maxit = 200, epsilon = 1e-13))
numbers("carers", paste0("--weight weight --strata area --rake ", file4), rk, c("cost", "hours"), degf(rk), "rake", tolerance = 1e-6)

# Calibration.
totals <- data.frame(term = c("(intercept)", "age", "sex=m"), total = c(4750, 290000, 1500)); file5 <- targets(totals, "totals")
population <- c("(Intercept)" = 4750, age = 290000, sexm = 1500)
for (fun in c("linear", "raking")) {
  cal <- calibrate(s, ~age + sex, population, calfun = fun, epsilon = 1e-12)
  numbers("carers", paste0("--weight weight --strata area --calibrate ", file5, " --calibrate-method ", fun), cal, c("cost", "hours"), degf(cal), paste("calibrate", fun),
    tolerance = if (fun == "linear") 1e-9 else 1e-6)
}
for (fun in c("linear", "logit", "raking")) {
  cal <- calibrate(s, ~age + sex, population, calfun = fun, bounds = c(0.6, 1.8), epsilon = 1e-9, maxit = 500)
  numbers("carers", paste0("--weight weight --strata area --calibrate ", file5, " --calibrate-method ", fun, " --calibrate-bounds 0.6,1.8"), cal, "cost", degf(cal),
    paste("calibrate bounded", fun), tolerance = 1e-6)
}
cal <- calibrate(kn, ~days, c("(Intercept)" = 2900, days = 90000)); file6 <- targets(data.frame(term = c("(intercept)", "days"), total = c(2900, 90000)), "days")
numbers("files", paste0("--weight weight --cluster team --strata district --nest --calibrate ", file6), cal, c("rating", "plan"), degf(cal), "calibrate clusters")

# Trimming.
tr <- trimWeights(w, upper = 30, lower = 5)
numbers("carers", "--weight weight --trim 5,30", tr, "cost", degf(tr), "trimWeights")

# Replicates made from the design.
jk1 <- as.svrepdesign(w, type = "JK1"); numbers("carers", "--weight weight --replicate jk1", jk1, c("cost", "hours"), degf(jk1), "as.svrepdesign JK1")
jkn <- as.svrepdesign(s, type = "JKn"); numbers("carers", "--weight weight --strata area --replicate jkn", jkn, c("cost", "hours"), degf(jkn), "as.svrepdesign JKn")
jkf <- as.svrepdesign(sf, type = "JKn"); numbers("carers", "--weight weight --strata area --fpc population --replicate jkn", jkf, "cost", degf(jkf), "as.svrepdesign JKn, fpc")
jkc <- as.svrepdesign(kn, type = "JKn"); numbers("files", "--weight weight --cluster team --strata district --nest --replicate jkn", jkc, c("days", "rating"), degf(jkc), "as.svrepdesign JKn clusters")
r <- svyratio(~days, ~files, jkc)
emit_number("files", "--weight weight --cluster team --strata district --nest --replicate jkn --ratio days/files", "ratio", "days/files", r, degf(jkc), "svyratio JKn")
jkp <- postStratify(jkn, ~sex, frequency(sex)); numbers("carers", paste0("--weight weight --strata area --replicate jkn --poststratify sex=", file), jkp, "cost", degf(jkn), "postStratify JKn")
m <- svymean(~cost, jkn, deff = TRUE)
emit("carers", "--weight weight --strata area --replicate jkn --mean cost", "mean", "cost", "deff", deff(m), "svymean(deff = TRUE) JKn")

# Replicate weights in columns.
columns <- function(design, name) {
  rw <- weights(design, "analysis"); colnames(rw) <- sprintf("rw%d", seq_len(ncol(rw)))
  data <- cbind(design$variables[, intersect(c("area", "district", "team", "cost", "hours", "age", "weight", "q1", "days", "rating", "files", "plan"), names(design$variables))], rw)
  save_data(data, name)
}
fit <- function(data, type, ...) svrepdesign(weights = ~weight, repweights = "^rw[0-9]+$", data = data, type = type, combined.weights = TRUE, ...)
d <- columns(jkc, "files-jkn"); rd <- fit(d, "JKn", scale = 1, rscales = jkc$rscales)
numbers("files-jkn", "--weight weight --replicate-weights rw --replicate-type jkn", rd, c("days", "rating"), degf(rd), "svrepdesign JKn")
small <- carers[1:40, ]; small$weight <- small$weight / 3; small <- save_data(small, "small")
j1 <- as.svrepdesign(svydesign(~1, weights = ~weight, data = small), type = "JK1")
d <- columns(j1, "small-jk1"); rd <- fit(d, "JK1", scale = 39 / 40)
numbers("small-jk1", "--weight weight --replicate-weights rw --replicate-type jk1", rd, c("cost", "hours"), degf(rd), "svrepdesign JK1")
set.seed(7); bs <- as.svrepdesign(kn, type = "subbootstrap", replicates = 30)
d <- columns(bs, "files-bootstrap"); rd <- fit(d, "bootstrap")
numbers("files-bootstrap", "--weight weight --replicate-weights rw --replicate-type bootstrap", rd, c("days", "rating"), degf(rd), "svrepdesign bootstrap")
pairs <- subset(files, team <= 2); pairs$weight <- pairs$weight * 2
pd <- svydesign(~team, strata = ~district, weights = ~weight, nest = TRUE, data = pairs)
br <- as.svrepdesign(pd, type = "BRR"); d <- columns(br, "files-brr"); rd <- fit(d, "BRR")
numbers("files-brr", "--weight weight --replicate-weights rw --replicate-type brr", rd, c("days", "rating"), degf(rd), "svrepdesign BRR")
fy <- as.svrepdesign(pd, type = "Fay", fay.rho = 0.3); d <- columns(fy, "files-fay"); rd <- fit(d, "Fay", rho = 0.3)
numbers("files-fay", "--weight weight --replicate-weights rw --replicate-type fay:0.3", rd, c("days", "rating"), degf(rd), "svrepdesign Fay")
q <- svymean(~factor(plan), rd)
for (i in 1:2) emit("files-fay", "--weight weight --replicate-weights rw --replicate-type fay:0.3 --proportion plan", "proportion", "plan", "se", SE(q)[i], "svrepdesign Fay", response = i - 1)
write_expected("weights")
