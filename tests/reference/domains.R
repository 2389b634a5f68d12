# Domains, missing values, degrees of freedom, differences, quantiles, tables.
source("common.R"); source("data.R")
sf <- svydesign(~1, strata = ~area, weights = ~weight, fpc = ~population, data = carers)
kn <- svydesign(~team, strata = ~district, weights = ~weight, nest = TRUE, data = files)
base <- "--weight weight --strata area --fpc population"
kbase <- "--weight weight --cluster team --strata district --nest"

for (g in c("red", "green", "blue")) {
  sub <- subset(sf, team == g)
  emit_number("carers", paste(base, "--by team --mean hours"), "mean", "hours", svymean(~hours, sub, na.rm = TRUE), degf(sf),
    "svymean(subset)", by = "team", group = g)
  emit_shares("carers", paste(base, "--by team --proportion q2"), "q2", sub, degf(sf), "svymean(subset)", by = "team", group = g)
  emit_number("carers", paste(base, "--by team --total cost"), "total", "cost", svytotal(~cost, sub), degf(sf),
    "svytotal(subset)", by = "team", group = g)
}
for (g in c("adults", "children")) {
  sub <- subset(kn, kind == g)
  emit_number("files", paste(kbase, "--by kind --mean rating"), "mean", "rating", svymean(~rating, sub, na.rm = TRUE), degf(kn),
    "svymean(subset)", by = "kind", group = g)
  emit_number("files", paste(kbase, "--by kind --ratio days/files"), "ratio", "days/files", svyratio(~days, ~files, sub), degf(kn),
    "svyratio(subset)", by = "kind", group = g)
}
sub <- subset(sf, area == "east" & age >= 60)
emit_number("carers", paste(base, "--where area='east'%20and%20age>=60 --domain-df domain --mean cost"), "mean", "cost",
  svymean(~cost, sub), degf(sub), "degf(subset)")
sub <- subset(kn, district %in% c("A", "C") & plan == 1)
emit_number("files", paste(kbase, "--where district%20in%20('A','C')%20and%20plan=1 --domain-df domain --mean days"), "mean", "days",
  svymean(~days, sub), degf(sub), "degf(subset)")
for (g in c("f", "m")) for (h in c("north", "west")) {
  sub <- subset(sf, sex == g & area == h)
  emit_number("carers", paste(base, "--by sex,area --mean cost"), "mean", "cost", svymean(~cost, sub), degf(sf), "svymean(subset)",
    by = "sex|area", group = paste(g, h, sep = "|"))
}

# Differences of domains, covariance counted; the part against the whole.
difference <- function(data, args, design, y, by, a, b, statistic = svymean) {
  d <- design; v <- d$variables
  ia <- v[[by]] == a; ib <- if (b == "(all)") rep(TRUE, nrow(v)) else v[[by]] == b
  # Ratios of totals, linearised together: the contrast of two ratio estimators from their influence functions.
  w <- weights(d); ok <- !is.na(v[[y]])
  z <- function(i) { i <- i & ok; m <- sum(w[i] * v[[y]][i]) / sum(w[i]); list(m, ifelse(i, (v[[y]] - m) / sum(w[i]), 0)) }
  za <- z(ia); zb <- z(ib)
  u <- ifelse(is.na(za[[2]] - zb[[2]]), 0, za[[2]] - zb[[2]])
  d$variables$u <- u
  se <- SE(svytotal(~u, d)); est <- za[[1]] - zb[[1]]; df <- degf(d)
  group <- paste(a, "-", b); args <- paste(args, "--compare", by, "--mean", y)
  put <- function(column, value) emit(data, args, "difference", y, column, value, "influence functions, svytotal", by = by, group = group)
  put("estimate", est); put("se", se); put("df", df)
  put("ci_low", est - qt(.975, df) * se); put("ci_high", est + qt(.975, df) * se); put("p", 2 * pt(-abs(est / se), df))
}
difference("carers", base, sf, "hours", "team", "blue", "red")
difference("carers", base, sf, "cost", "sex", "f", "m")
difference("carers", base, sf, "cost", "team", "green", "(all)")
difference("files", kbase, kn, "rating", "kind", "adults", "children")
difference("files", kbase, kn, "days", "district", "A", "D")

# Two groups by svyttest: the same difference by regression.
tt <- svyttest(cost ~ I(sex == "m"), sf)
emit("carers", paste(base, "--compare sex --mean cost"), "difference", "cost", "se", abs(tt$estimate / tt$statistic), "svyttest",
  by = "sex", group = "f - m", tolerance = 1e-8)

# Quantiles.
for (p in c(0.1, 0.25, 0.5, 0.75, 0.9)) {
  q <- svyquantile(~cost, sf, p, qrule = "math", interval.type = "mean")$cost
  args <- paste(base, "--quantile cost@0.1,0.25,0.5,0.75,0.9")
  for (part in list(c("estimate", 1), c("ci_low", 2), c("ci_high", 3), c("se", 4)))
    emit("carers", args, "quantile", "cost", part[1], q[1, as.integer(part[2])], "svyquantile(qrule = 'math')", response = p)
  q <- svyquantile(~rating, kn, p, qrule = "math", na.rm = TRUE)$rating
  emit("files", paste(kbase, "--quantile rating@0.1,0.25,0.5,0.75,0.9"), "quantile", "rating", "estimate", q[1, 1], "svyquantile", response = p)
}
sub <- subset(sf, team == "red")
q <- svyquantile(~hours, sub, 0.5, qrule = "math", na.rm = TRUE, df = degf(sf))$hours
for (part in list(c("estimate", 1), c("ci_low", 2), c("ci_high", 3), c("se", 4)))
  emit("carers", paste(base, "--by team --quantile hours"), "quantile", "hours", part[1], q[1, as.integer(part[2])], "svyquantile(subset)",
    response = 0.5, by = "team", group = "red")

# Tables.
table_test <- function(data, args, design, row, column) {
  t <- svychisq(as.formula(paste0("~", row, "+", column)), design, statistic = "F")
  args <- paste0(args, " --crosstab ", row, ",", column); v <- paste0(row, "|", column)
  put <- function(response, value, column = "estimate") emit(data, args, "chi-square", v, column, value, "svychisq(statistic = 'F')", response)
  put("F", t$statistic); put("df1", t$parameter[1]); put("df2", t$parameter[2]); put("p", t$p.value); put("F", t$parameter[1], "df")
}
table_test("carers", base, sf, "team", "q1"); table_test("carers", base, sf, "sex", "helped")
table_test("carers", base, sf, "area", "q2"); table_test("files", kbase, kn, "kind", "plan")
table_test("files", kbase, kn, "district", "rating")
write_expected("domains")
