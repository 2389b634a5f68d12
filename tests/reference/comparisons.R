# Contrasts, benchmarks, families of tests, scores, nets, questions that take several answers.
source("common.R"); source("data.R")
s <- svydesign(~1, strata = ~area, weights = ~weight, data = carers)
sf <- svydesign(~1, strata = ~area, weights = ~weight, fpc = ~population, data = carers)
kn <- svydesign(~team, strata = ~district, weights = ~weight, nest = TRUE, data = files)
two <- svydesign(~team + file, strata = ~district, fpc = ~teams + files, nest = TRUE, data = files)
jkn <- as.svrepdesign(s, type = "JKn"); jkc <- as.svrepdesign(kn, type = "JKn")
designs <- list(
  list("carers", "--weight weight --strata area", s), list("carers", "--weight weight --strata area --fpc population", sf),
  list("carers", "--weight weight --strata area --replicate jkn", jkn))
clustered <- list(
  list("files", "--weight weight --cluster team --strata district --nest", kn),
  list("files", "--cluster team,file --strata district --nest --fpc teams,files", two),
  list("files", "--weight weight --cluster team --strata district --nest --replicate jkn", jkc))

# A contrast with its t test; spaces are written %20.
emit_contrast <- function(case, text, object, call, by = "", group = "", extra = "") {
  df <- degf(case[[3]]); est <- as.numeric(coef(object)); se <- as.numeric(SE(object))
  args <- paste0(case[[2]], " --contrast ", gsub(" ", "%20", text), extra)
  put <- function(column, value) emit(case[[1]], args, "contrast", text, column, value, call, by = by, group = group)
  put("estimate", est); put("se", se); put("df", df); put("p", 2 * pt(-abs(est / se), df))
  put("ci_low", est - qt(.975, df) * se); put("ci_high", est + qt(.975, df) * se)
}

for (case in designs) {
  d <- case[[3]]
  # Two groups of one item: svyby with covariances.
  m <- svyby(~cost, ~sex, d, svymean, covmat = TRUE)
  emit_contrast(case, "mean(cost)[sex = 'f'] - mean(cost)[sex = 'm']", svycontrast(m, c(f = 1, m = -1)), "svyby(covmat = TRUE), svycontrast")
  # One group against the mean of the others.
  m <- svyby(~age, ~team, d, svymean, covmat = TRUE)
  emit_contrast(case, "mean(age)[team = 'red'] - 0.5*mean(age)[team = 'green'] - 0.5*mean(age)[team = 'blue']",
    svycontrast(m, c(red = 1, green = -.5, blue = -.5)), "svyby(covmat = TRUE), svycontrast")
  # Two items on the same people.
  m <- svymean(~cost + age, d)
  emit_contrast(case, "mean(cost) - 2*mean(age)", svycontrast(m, c(cost = 1, age = -2)), "svymean, svycontrast")
  m <- svymean(~I(q1 == 1) + helped, d)
  emit_contrast(case, "share(q1=1) - share(helped=1)", svycontrast(m, list(quote(`I(q1 == 1)TRUE` - helped))), "svymean, svycontrast")
  # On the people who answered both.
  m <- svymean(~q2 + hours, subset(d, !is.na(q2) & !is.na(hours)))
  emit_contrast(case, "mean(q2) - mean(hours)", svycontrast(m, c(q2 = 1, hours = -1)), "svymean(subset), svycontrast", extra = " --contrast-base common")
  # Against a fixed figure.
  m <- svymean(~cost, d)
  emit_contrast(case, "mean(cost) - 200", structure(coef(m) - 200, var = vcov(m), class = "svystat", statistic = "mean"), "svymean less 200")
  # Totals.
  m <- svytotal(~cost + hours, subset(d, !is.na(hours)))
  emit_contrast(case, "total(cost) - 3*total(hours)", svycontrast(m, c(cost = 1, hours = -3)), "svytotal, svycontrast", extra = " --contrast-base common")
  # Within groups.
  for (g in c("red", "blue")) {
    m <- svymean(~cost + age, subset(d, team == g))
    emit_contrast(case, "mean(cost) - mean(age)", svycontrast(m, c(cost = 1, age = -1)), "svymean(subset), svycontrast", by = "team", group = g, extra = " --by team")
  }
}
for (case in clustered) {
  d <- case[[3]]
  m <- svyby(~days, ~kind, d, svymean, covmat = TRUE)
  emit_contrast(case, "mean(days)[kind = 'adults'] - mean(days)[kind = 'children']", svycontrast(m, c(adults = 1, children = -1)), "svyby(covmat = TRUE), svycontrast")
  m <- svymean(~plan + days, d)
  emit_contrast(case, "share(plan=1) - 0.01*mean(days)", svycontrast(m, c(plan = 1, days = -.01)), "svymean, svycontrast")
  m <- svyratio(~days, ~files, d)
  emit_contrast(case, "ratio(days/files) - 1.5", structure(as.numeric(coef(m)) - 1.5, var = vcov(m), class = "svystat", statistic = "mean"), "svyratio less 1.5")
}

# Each part on its own answers: influence functions.
influence <- function(w, y) { ok <- !is.na(y); m <- sum((w * y)[ok]) / sum(w[ok]); list(m, ifelse(ok, (y - m) / sum(w[ok]), 0)) }
for (case in designs[1:2]) {
  d <- case[[3]]; w <- weights(d); a <- influence(w, d$variables$q2); b <- influence(w, d$variables$hours)
  d$variables$u <- a[[2]] - b[[2]]; t <- svytotal(~u, d)
  emit_contrast(case, "mean(q2) - mean(hours)", structure(a[[1]] - b[[1]], var = vcov(t), class = "svystat", statistic = "mean"), "influence functions, svytotal")
}

# Families: every pair of teams and each team from all, adjusted together.
for (case in designs[1:2]) {
  d <- case[[3]]; w <- weights(d); df <- degf(d); p <- c()
  z <- function(i) { i <- d$variables$team %in% i; m <- sum((w * d$variables$cost)[i]) / sum(w[i]); list(m, ifelse(i, (d$variables$cost - m) / sum(w[i]), 0)) }
  teams <- c("blue", "green", "red")
  test <- function(i, j) { a <- z(i); b <- z(j); d$variables$u <- a[[2]] - b[[2]]; 2 * pt(-abs((a[[1]] - b[[1]]) / SE(svytotal(~u, d))), df) }
  for (i in 1:2) for (j in (i + 1):3) p[paste(teams[i], "-", teams[j])] <- test(teams[i], teams[j])
  for (i in 1:3) p[paste(teams[i], "- (all)")] <- test(teams[i], teams)
  for (column in c("p", "holm", "bh")) {
    adjusted <- p.adjust(p, c(p = "none", holm = "holm", bh = "BH")[column])
    for (g in names(p)) emit(case[[1]], paste(case[[2]], "--compare team --mean cost"), "difference", "cost", column, adjusted[g], "svytotal, p.adjust", by = "team", group = g)
  }
  # Totals and ratios of groups.
  m <- svyby(~cost, ~sex, d, svytotal, covmat = TRUE); k <- svycontrast(m, c(f = 1, m = -1))
  for (part in list(list("estimate", coef(k)), list("se", SE(k)))) emit(case[[1]], paste(case[[2]], "--compare sex --total cost"), "difference", "cost", part[[1]], part[[2]],
    "svyby(svytotal), svycontrast", by = "sex", group = "f - m")
  # Ratios of groups from their influence functions.
  r <- function(g) { i <- d$variables$sex == g; R <- sum((w * d$variables$cost)[i]) / sum((w * d$variables$age)[i]); list(R, ifelse(i, (d$variables$cost - R * d$variables$age) / sum((w * d$variables$age)[i]), 0)) }
  a <- r("f"); b <- r("m"); d$variables$u <- a[[2]] - b[[2]]
  for (part in list(list("estimate", a[[1]] - b[[1]]), list("se", SE(svytotal(~u, d))))) emit(case[[1]], paste(case[[2]], "--compare sex --ratio cost/age"), "difference", "cost/age", part[[1]], part[[2]],
    "influence functions, svytotal", by = "sex", group = "f - m")
}

# Quantiles of groups: the influence function of the share at or below, times s_q / s_F of Woodruff's interval.
for (case in list(list("carers", "--weight weight --strata area", s), list("carers", "--weight weight --strata area --fpc population", sf))) for (p in c(0.5, 0.75)) {
  d <- case[[3]]; w <- weights(d); df <- degf(d)
  z <- function(g) {
    i <- d$variables$sex == g; sub <- subset(d, sex == g); q <- svyquantile(~cost, sub, p, qrule = "math", df = df)$cost
    F <- svymean(~I(as.numeric(cost <= q[1, 1])), sub); k <- q[1, 4] / SE(F)[1]
    list(q[1, 1], -k * ifelse(i, ((d$variables$cost <= q[1, 1]) - coef(F)) * w / sum(w[i]), 0) / w)
  }
  a <- z("f"); b <- z("m"); d$variables$u <- a[[2]] - b[[2]]; se <- SE(svytotal(~u, d)); est <- a[[1]] - b[[1]]
  for (part in list(list("estimate", est), list("se", se), list("p", 2 * pt(-abs(est / se), df))))
    emit(case[[1]], paste(case[[2]], "--compare sex --quantile cost@0.5,0.75"), "difference", "cost", part[[1]], part[[2]], "svyquantile, svytotal of influence functions", response = p, by = "sex", group = "f - m")
}

# Benchmarks: fixed, and estimated (its variance added).
benchmarks <- data.frame(statistic = c("mean", "mean", "proportion", "mean"), variable = c("cost", "age", "q1", "hours"), response = c("", "", "1", ""),
  by = c("", "", "", "team"), group = c("", "", "", "red"), estimate = c(210, 60, 0.42, 22), se = c(NA, 1.3, 0.02, NA))
write.csv(benchmarks, "data/benchmarks.csv", row.names = FALSE, na = "")
for (case in c(designs)) {
  d <- case[[3]]; df <- degf(d)
  against <- function(statistic, variable, m, b, sb, response = "", by = "", group = "", label = "(all) - (benchmark)") {
    difference <- as.numeric(coef(m)) - b; se <- sqrt(as.numeric(SE(m))^2 + sb^2)
    args <- paste(case[[2]], "--benchmark {data}/benchmarks.csv --mean cost,age,hours --proportion q1 --by team")
    put <- function(column, value) emit(case[[1]], args, "difference", variable, column, value, "variances added", response, by, label)
    put("estimate", difference); put("se", se); put("p", 2 * pt(-abs(difference / se), df)); put("ci_low", difference - qt(.975, df) * se)
  }
  against("mean", "cost", svymean(~cost, d), 210, 0); against("mean", "age", svymean(~age, d), 60, 1.3)
  against("proportion", "q1", svymean(~I(as.numeric(q1 == 1)), d), 0.42, 0.02, response = "1")
  against("mean", "hours", svymean(~hours, subset(d, team == "red"), na.rm = TRUE), 22, 0, by = "team", group = "red", label = "red - (benchmark)")
}

# Scores: all needed, a minimum; nets; options of a question that takes several answers.
items <- c("q1", "q2", "helped")
answered <- rowSums(!is.na(carers[items])); total <- rowSums(carers[items], na.rm = TRUE)
all3 <- ifelse(answered == 3, total, NA); two3 <- ifelse(answered >= 2, total / answered * 3, NA); mean2 <- ifelse(answered >= 2, total / answered, NA)
made <- cbind(all3, two3, mean2, good = as.numeric(carers$q2 %in% 1:2), good_na = ifelse(is.na(carers$q2), NA, as.numeric(carers$q2 %in% 1:2)))
for (case in designs) {
  d <- case[[3]]; df <- degf(d)
  d <- update(d, all3 = all3, two3 = two3, mean2 = mean2, good = made[, "good_na"])
  emit_number(case[[1]], paste(case[[2]], "--score burden=q1+q2+helped"), "mean", "burden", svymean(~all3, d, na.rm = TRUE), df, "svymean of the sum")
  emit_number(case[[1]], paste(case[[2]], "--score burden=q1+q2+helped:2"), "mean", "burden", svymean(~two3, d, na.rm = TRUE), df, "svymean of the raised sum")
  emit_number(case[[1]], paste(case[[2]], "--score burden=mean(q1+q2+helped):2"), "mean", "burden", svymean(~mean2, d, na.rm = TRUE), df, "svymean of the mean")
  m <- svymean(~good, d, na.rm = TRUE); args <- paste(case[[2]], "--net good=q2:1,2")
  emit(case[[1]], args, "proportion", "q2", "estimate", coef(m), "svymean(~I(q2 %in% 1:2))", "good"); emit(case[[1]], args, "proportion", "q2", "se", SE(m), "svymean(~I(q2 %in% 1:2))", "good")
  sub <- subset(d, helped == 1 | rare == 1)
  for (v in c("helped", "rare")) {
    m <- svymean(as.formula(paste0("~", v)), d); args <- paste(case[[2]], "--multiple help=helped,rare")
    emit(case[[1]], args, "proportion", "help", "estimate", coef(m), "svymean", v); emit(case[[1]], args, "proportion", "help", "se", SE(m), "svymean", v)
    m <- svymean(as.formula(paste0("~", v)), sub); args <- paste(args, "--multiple-base ticked")
    emit(case[[1]], args, "proportion", "help", "estimate", coef(m), "svymean(subset)", v); emit(case[[1]], args, "proportion", "help", "se", SE(m), "svymean(subset)", v)
  }
}
write_expected("comparisons")
