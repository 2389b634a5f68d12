# A second look with other data: homes within regions and residents within homes, both with population counts. One region
# was sampled whole, some homes were read whole, a wing stands in one home only, answers are missing unevenly, weights are
# uneven; a census; and people who were asked, answered or did not, and were raked and trimmed. Everything that a domain,
# a comparison or a chain of weights can make of them.
source("common.R")
set.seed(20260917)
homes <- do.call(rbind, lapply(1:5, function(h) {
  taken <- c(4, 6, 3, 3, 2)[h]; there <- c(12, 20, 9, 3, 5)[h]
  do.call(rbind, lapply(seq_len(taken), function(k) {
    size <- sample(6:30, 1); m <- if (k == 1) size else min(size, sample(2:7, 1))
    data.frame(region = c("east", "isles", "north", "south", "west")[h], home = k, homes = there, resident = seq_len(m), residents = size)
  }))
}))
n <- nrow(homes)
homes$weight <- round(homes$homes / ave(homes$home, homes$region, FUN = function(k) length(unique(k))) *
  homes$residents / ave(homes$resident, homes$region, homes$home, FUN = length), 6)
homes$wing <- sample(c("ash", "birch", "oak"), n, TRUE, c(.5, .35, .15))
homes$wing[homes$region == "north" & homes$home == 2] <- "yew"
homes$fee <- round(rlnorm(n, 6.5, .3) / 50) * 50
homes$falls <- rpois(n, 1.2)
for (k in 1:4) homes[[paste0("s", k)]] <- ifelse(runif(n) < .12, NA, pmin(5, pmax(1, round(rnorm(n, 3 + (homes$region == "east") * .6, 1)))))
homes$visited <- ifelse(runif(n) < .1, NA, as.integer(runif(n) < .6))
homes$phoned <- ifelse(is.na(homes$visited), NA, as.integer(runif(n) < .3))
homes$wrote <- ifelse(runif(n) < .2, NA, as.integer(runif(n) < .2))
homes$sore <- as.integer(runif(n) < .05)
homes$fed <- 1L
homes$grade <- ifelse(homes$fee > 700, "high", "low")
homes$zone <- ifelse(homes$wing %in% c("oak", "yew"), "far", homes$wing)
homes <- save_data(homes, "homes")

two <- svydesign(~home + resident, strata = ~region, fpc = ~homes + residents, weights = ~weight, nest = TRUE, data = homes)
one <- svydesign(~home, strata = ~region, weights = ~weight, nest = TRUE, data = homes)
args_two <- "--weight weight --strata region --cluster home,resident --nest --fpc homes,residents"
args_one <- "--weight weight --strata region --cluster home --nest"
quoted <- function(text) gsub(" ", "%20", text)

# Influence on the mean, total or ratio over the members of a domain who have an answer: written out, so that any sum of
# estimates is a total of its scores.
scores <- function(design, kind, y, member, x = NULL) {
  v <- design$variables; w <- weights(design)
  Y <- v[[y]]; X <- if (kind == "mean") rep(1, nrow(v)) else if (kind == "ratio") v[[x]]
  ok <- member & !is.na(Y); if (kind == "ratio") ok <- ok & !is.na(X)
  ok[is.na(ok)] <- FALSE
  if (kind == "total") return(list(value = sum((w * Y)[ok]), u = ifelse(ok, Y, 0)))
  r <- sum((w * Y)[ok]) / sum((w * X)[ok])
  list(value = r, u = ifelse(ok, (Y - r * X) / sum((w * X)[ok]), 0))
}
sum_of <- function(design, parts, factors) {
  u <- Reduce(`+`, Map(function(p, f) p$u * f, parts, factors))
  design$variables$u <- u
  list(value = sum(sapply(parts, `[[`, "value") * factors), se = as.numeric(SE(svytotal(~u, design))))
}
emit_test <- function(args, statistic, variable, it, df, call, by = "", group = "", data = "homes", response = "") {
  half <- qt(.975, df) * it$se
  values <- c(estimate = it$value, se = it$se, df = df, ci_low = it$value - half, ci_high = it$value + half,
    p = 2 * pt(-abs(it$value / it$se), df))
  for (column in names(values)) emit(data, args, statistic, variable, column, values[[column]], call, response, by, group)
}

# Domains of a two-stage design, with the design's degrees of freedom and with their own, and both design effects.
for (side in c("design", "domain")) for (g in sort(unique(homes$wing))) {
  sub <- subset(two, wing == g)
  df <- if (side == "design") degf(two) else degf(sub)
  args <- paste(args_two, "--by wing --domain-df", side, "--mean fee,s1 --total falls --ratio falls/fee --proportion s2")
  put <- function(statistic, variable, object, call) if (df > 0) emit_number("homes", args, statistic, variable, object, df, call, by = "wing", group = g)
  put("mean", "fee", svymean(~fee, sub), "svymean(subset), two stages")
  put("mean", "s1", svymean(~s1, sub, na.rm = TRUE), "svymean(subset), two stages")
  put("total", "falls", svytotal(~falls, sub), "svytotal(subset), two stages")
  put("ratio", "falls/fee", svyratio(~falls, ~fee, sub), "svyratio(subset), two stages")
  emit_shares("homes", args, "s2", sub, df, "svymean(subset), two stages", by = "wing", group = g)
  for (reference in c("with", "without")) {
    kind <- if (reference == "with") "replace" else TRUE
    emit("homes", paste(args_two, "--by wing --deff", reference, "--mean fee --total falls"), "mean", "fee", "deff",
      deff(svymean(~fee, sub, deff = kind)), "svymean(subset, deff)", by = "wing", group = g)
    emit("homes", paste(args_two, "--by wing --deff", reference, "--mean fee --total falls"), "total", "falls", "deff",
      deff(svytotal(~falls, sub, deff = kind)), "svytotal(subset, deff)", by = "wing", group = g)
  }
}
# Two columns of groups at once.
both <- svyby(~fee, ~wing + region, two, svymean)
for (i in seq_len(nrow(both))) emit("homes", paste(args_two, "--by wing,region --mean fee"), "mean", "fee", "estimate", both$fee[i],
  "svyby", by = "wing|region", group = paste(both$wing[i], both$region[i], sep = "|"))
for (i in seq_len(nrow(both))) if (sum(homes$wing == both$wing[i] & homes$region == both$region[i]) > 1)
  emit("homes", paste(args_two, "--by wing,region --mean fee"), "mean", "fee", "se", both$se[i], "svyby", by = "wing|region",
    group = paste(both$wing[i], both$region[i], sep = "|"))
# A condition that empties whole strata, with the design's degrees of freedom and its own; quantile, share and total.
rule <- "region in ('east', 'south') and s1 >= 2"
sub <- subset(two, region %in% c("east", "south") & s1 >= 2)
for (side in c("design", "domain")) {
  df <- if (side == "design") degf(two) else degf(sub)
  args <- paste(args_two, "--where", quoted(rule), "--domain-df", side, "--mean fee --total fee --ratio fee/falls")
  emit_number("homes", args, "mean", "fee", svymean(~fee, sub), df, "strata vanish")
  emit_number("homes", args, "total", "fee", svytotal(~fee, sub), df, "strata vanish")
  emit_number("homes", args, "ratio", "fee/falls", svyratio(~fee, ~falls, sub), df, "strata vanish")
}
# Only the region that was sampled whole: its homes are certain, its residents are not.
sub <- subset(two, region == "south")
emit_number("homes", paste(args_two, "--where", quoted("region = 'south'"), "--mean fee"), "mean", "fee", svymean(~fee, sub), degf(two),
  "a certainty stratum")

# Intervals of shares of a clustered design whose effective size is small.
for (method in c("wald", "logit", "wilson", "agresti-coull", "arcsine", "likelihood", "clopper-pearson", "beta", "korn-graubard", "jeffreys"))
  for (g in c("", "ash", "birch")) for (v in c("sore", "visited")) {
    sub <- if (g == "") two else subset(two, wing == g)
    m <- svymean(as.formula(paste0("~", v)), sub, na.rm = TRUE)
    answered <- sum(!is.na(sub$variables[[v]]) & weights(sub, "sampling") > 0 & is.finite(weights(sub)))
    if (coef(m) == 0) next
    emit_interval("homes", paste(args_two, "--by wing --proportion sore,visited"), v, 1, method,
      interval(method, as.numeric(coef(m)), as.numeric(SE(m)), answered, degf(two)), "the formula", by = if (g == "") "" else "wing", group = g)
  }
# R's own functions where they are the same rule.
for (pair in list(c("xlogit", "logit"), c("beta", "beta"), c("asin", "arcsine"), c("mean", "wald"))) {
  # Among those who answered: R's beta counts rows without an answer as well.
  ends <- attr(svyciprop(~I(visited == 1), subset(two, !is.na(visited)), method = pair[1], df = degf(two)), "ci")
  emit_interval("homes", paste(args_two, "--by wing --proportion sore,visited"), "visited", 1, pair[2], ends, "svyciprop")
}

# Differences of four groups, each from each and from all: means, totals, ratios; also within groups of --by.
g <- sort(unique(homes$wing)); args <- paste(args_two, "--compare wing --mean s1 --total falls --ratio falls/fee")
all <- rep(TRUE, n)
kinds <- list(list("mean", "s1", NULL), list("total", "falls", NULL), list("ratio", "falls", "fee"))
for (k in kinds) {
  name <- if (is.null(k[[3]])) k[[2]] else paste(k[[2]], k[[3]], sep = "/")
  of <- function(member) scores(two, k[[1]], k[[2]], member, k[[3]])
  pairs <- c(combn(g, 2, simplify = FALSE), lapply(g, function(a) c(a, "(all)")))
  p <- c()
  for (pair in pairs) {
    it <- sum_of(two, list(of(homes$wing == pair[1]), of(if (pair[2] == "(all)") all else homes$wing == pair[2])), c(1, -1))
    p <- c(p, 2 * pt(-abs(it$value / it$se), degf(two)))
    emit_test(args, "difference", name, it, degf(two), "influence functions, svytotal", "wing", paste(pair, collapse = " - "))
  }
  for (i in seq_along(pairs)) for (how in c("holm", "BH"))
    emit("homes", args, "difference", name, tolower(how), p.adjust(p, how)[i], "p.adjust", by = "wing", group = paste(pairs[[i]], collapse = " - "))
}
# The package's own way to the same.
means <- svyby(~fee, ~wing, two, svymean, covmat = TRUE)
contrast <- svycontrast(means, list(d = c(ash = 1, birch = -.5, oak = -.5)))
emit_test(paste(args_two, "--contrast", quoted("mean(fee)[wing = 'ash'] - 0.5*mean(fee)[wing = 'birch'] - 0.5*mean(fee)[wing = 'oak']")),
  "contrast", "mean(fee)[wing = 'ash'] - 0.5*mean(fee)[wing = 'birch'] - 0.5*mean(fee)[wing = 'oak']",
  list(value = as.numeric(coef(contrast)), se = as.numeric(SE(contrast))), degf(two), "svyby(covmat), svycontrast")
# Across items with their own missing answers, and on the people who have both; within a condition; against a figure.
a <- scores(two, "mean", "s1", all); b <- scores(two, "mean", "s3", all)
emit_test(paste(args_two, "--contrast", quoted("mean(s1) - mean(s3)")), "contrast", "mean(s1) - mean(s3)", sum_of(two, list(a, b), c(1, -1)),
  degf(two), "influence functions, svytotal")
have <- !is.na(homes$s1) & !is.na(homes$s3)
a <- scores(two, "mean", "s1", have); b <- scores(two, "mean", "s3", have)
emit_test(paste(args_two, "--contrast-base common --contrast", quoted("mean(s1) - mean(s3)")), "contrast", "mean(s1) - mean(s3)",
  sum_of(two, list(a, b), c(1, -1)), degf(two), "influence functions, svytotal")
d <- svymean(~s1 + s3, subset(two, !is.na(s1) & !is.na(s3))); d <- svycontrast(d, c(1, -1))
emit("homes", paste(args_two, "--contrast-base common --contrast", quoted("mean(s1) - mean(s3)")), "contrast", "mean(s1) - mean(s3)", "se", SE(d),
  "svycontrast(svymean(subset))")
text <- "2*ratio(falls/fee)[region = 'east'] + share(visited=1) - 0.5"
homes$yes <- as.integer(homes$visited == 1); two$variables$yes <- homes$yes
it <- sum_of(two, list(scores(two, "ratio", "falls", homes$region == "east", "fee"), scores(two, "mean", "yes", all)), c(2, 1))
it$value <- it$value - .5
emit_test(paste(args_two, "--contrast", quoted(text)), "contrast", text, it, degf(two), "influence functions, svytotal")

# Scores with a minimum, nets, several answers, also within domains.
items <- as.matrix(homes[paste0("s", 1:4)])
two$variables$sum4 <- rowSums(items)
two$variables$sum3 <- ifelse(rowSums(!is.na(items)) >= 3, rowMeans(items, na.rm = TRUE) * 4, NA)
two$variables$mean1 <- ifelse(rowSums(!is.na(items)) >= 1, rowMeans(items, na.rm = TRUE), NA)
help <- as.matrix(homes[c("visited", "phoned", "wrote")])
two$variables$answered <- rowSums(!is.na(help)) > 0
two$variables$ticked <- rowSums(help == 1, na.rm = TRUE) > 0
for (side in c("", "birch")) {
  sub <- if (side == "") two else subset(two, wing == side)
  by <- if (side == "") "" else "wing"
  args <- paste(args_two, "--by wing --score a=s1+s2+s3+s4 --score b=s1+s2+s3+s4:3 --score c=mean(s1+s2+s3+s4):1")
  for (pair in list(c("a", "sum4"), c("b", "sum3"), c("c", "mean1")))
    emit_number("homes", args, "mean", pair[1], svymean(as.formula(paste0("~", pair[2])), sub, na.rm = TRUE), degf(two),
      "svymean of the score by hand", by = by, group = side)
  for (base in c("answered", "ticked")) {
    sub2 <- subset(sub, if (base == "answered") answered else ticked)
    for (v in c("visited", "phoned", "wrote")) {
      sub2$variables$t <- as.integer(!is.na(sub2$variables[[v]]) & sub2$variables[[v]] == 1)
      m <- svymean(~t, sub2)
      args <- paste(args_two, "--by wing --multiple help=visited,phoned,wrote --multiple-base", base)
      emit("homes", args, "proportion", "help", "estimate", coef(m), "svymean of the tick by hand", v, by, side)
      emit("homes", args, "proportion", "help", "se", SE(m), "svymean of the tick by hand", v, by, side)
    }
  }
}

# Quantiles with many ties, every rule, everyone and a domain. R takes equal values in the order of the rows, the program in
# that of their weights: so the rows are put into it.
tied <- svydesign(~home + resident, strata = ~region, fpc = ~homes + residents, weights = ~weight, nest = TRUE,
  data = homes[order(homes$fee, homes$weight), ])
for (p in c(.1, .25, .5, .75, .9)) for (rule in c("math", "school", "hf4", "hf5", "hf6", "hf7", "hf8", "hf9")) for (side in c("", "ash")) {
  sub <- if (side == "") tied else subset(tied, wing == side)
  q <- try(svyquantile(~fee, sub, p, qrule = rule, interval.type = "mean", df = degf(two))$fee, silent = TRUE)
  if (inherits(q, "try-error")) next
  args <- paste(args_two, "--by wing --quantile-rule", rule, "--quantile fee@0.1,0.25,0.5,0.75,0.9")
  for (part in list(c("estimate", 1), c("ci_low", 2), c("ci_high", 3), c("se", 4))) if (is.finite(q[1, as.integer(part[2])]))
    emit("homes", args, "quantile", "fee", part[1], q[1, as.integer(part[2])], "svyquantile, ties", p, if (side == "") "" else "wing", side)
}

# Tables with missing answers and empty cells, in a domain too.
for (side in c("", "ash")) {
  sub <- if (side == "") two else subset(two, wing == side)
  for (pair in list(c("visited", "falls"), c("s1", "visited"), c("phoned", "wrote"))) {
    v <- sub$variables; s <- subset(sub, !is.na(v[[pair[1]]]) & !is.na(v[[pair[2]]]))
    test <- try(svychisq(as.formula(paste0("~", pair[1], "+", pair[2])), s, statistic = "F"), silent = TRUE)
    if (inherits(test, "try-error")) { cat("no test", side, pair, "\n"); next }
    # R takes the degrees of freedom that the domain has.
    args <- paste0(args_two, " --by wing --domain-df domain --crosstab ", pair[1], ",", pair[2])
    put <- function(r, x) emit("homes", args, "chi-square", paste(pair, collapse = "|"), "estimate", x, "svychisq", r, if (side == "") "" else "wing", side)
    put("F", test$statistic); put("df1", test$parameter[1]); put("df2", test$parameter[2]); put("p", test$p.value)
  }
}

# A census: nothing is left to chance; and a sample with strata of one.
census <- save_data(data.frame(unit = 1:24, h = rep(c("a", "b", "c"), c(10, 13, 1)), N = rep(c(10, 13, 1), c(10, 13, 1)),
  y = round(rnorm(24, 50, 9), 1), ok = rep(c(1, 0, 1), 8)), "census")
whole <- svydesign(~1, strata = ~h, fpc = ~N, data = census)
for (v in c("y", "ok")) {
  m <- svymean(as.formula(paste0("~", v)), whole)
  emit("census", "--strata h --fpc N --mean y,ok --total y,ok", "mean", v, "estimate", coef(m), "a census")
  emit("census", "--strata h --fpc N --mean y,ok --total y,ok", "mean", v, "se", SE(m), "a census")
  m <- svytotal(as.formula(paste0("~", v)), whole)
  emit("census", "--strata h --fpc N --mean y,ok --total y,ok", "total", v, "estimate", coef(m), "a census")
  emit("census", "--strata h --fpc N --mean y,ok --total y,ok", "total", v, "se", SE(m), "a census")
}

# Replicates of a clustered design: made by the program, against as.svrepdesign, and weights raked and calibrated within
# every replicate.
write.csv(data.frame(variable = c(rep("zone", 3), rep("grade", 2)), level = c("ash", "birch", "far", "high", "low"),
  population = c(340, 230, 190, 300, 460)), "data/homes-margins.csv", row.names = FALSE)
write.csv(data.frame(term = c("(intercept)", "falls", "zone=birch", "zone=far"), total = c(760, 900, 230, 190)), "data/homes-totals.csv",
  row.names = FALSE)
write.csv(data.frame(zone = c("ash", "birch", "far"), population = c(340, 230, 190)), "data/homes-zone.csv", row.names = FALSE)
one <- svydesign(~home, strata = ~region, weights = ~weight, nest = TRUE, data = homes)
onefpc <- svydesign(~home, strata = ~region, weights = ~weight, fpc = ~homes, nest = TRUE, data = homes)
cells <- data.frame(zone = c("ash", "birch", "far"), Freq = c(340, 230, 190))
grade <- data.frame(grade = c("high", "low"), Freq = c(300, 460))
chain <- list(
  plain = list("", function(d) d),
  post = list("--poststratify zone={data}/homes-zone.csv", function(d) postStratify(d, ~zone, cells)),
  raked = list("--rake {data}/homes-margins.csv", function(d) rake(d, list(~zone, ~grade), list(cells, grade), control = list(maxit = 1000, epsilon = 1e-10))),
  linear = list("--calibrate {data}/homes-totals.csv", function(d) calibrate(d, ~falls + I(zone == "birch") + I(zone == "far"), c(760, 900, 230, 190))),
  raking = list("--calibrate {data}/homes-totals.csv --calibrate-method raking", function(d)
    calibrate(d, ~falls + I(zone == "birch") + I(zone == "far"), c(760, 900, 230, 190), calfun = "raking", epsilon = 1e-12, maxit = 200)))
ask <- "--mean fee,s1 --total falls --ratio falls/fee"
put_all <- function(args, design, df, call, tolerance = 1e-9) {
  emit_number("homes", paste(args, ask), "mean", "fee", svymean(~fee, design), df, call, tolerance = tolerance)
  emit_number("homes", paste(args, ask), "mean", "s1", svymean(~s1, if (inherits(design, "svyrep.design")) subset(design, !is.na(s1)) else design, na.rm = TRUE), df, call, tolerance = tolerance)
  # In 4.1 svytotal of replicates with population counts is not the spread of the replicates' totals where a stratum was
  # taken whole; withReplicates is. A total that the weights were made to meet has no error but rounding.
  total <- svytotal(~falls, design)
  error <- if (inherits(design, "svyrep.design")) SE(withReplicates(design, quote(sum(.weights * falls)))) else SE(total)
  emit("homes", paste(args, ask), "total", "falls", "estimate", coef(total), call, tolerance = tolerance)
  met <- error < 1e-6
  emit("homes", paste(args, ask), "total", "falls", "se", if (met) 0 else error, call, tolerance = if (met) .1 else tolerance)
  emit_number("homes", paste(args, ask), "ratio", "falls/fee", svyratio(~falls, ~fee, design), df, call, tolerance = tolerance)
}
for (name in names(chain)) {
  step <- chain[[name]]; near <- if (name %in% c("raked", "raking")) 1e-6 else 1e-9
  put_all(trimws(paste(args_one, step[[1]])), step[[2]](one), degf(one), paste("linearised,", name), near)
  put_all(trimws(paste(args_two, step[[1]])), step[[2]](svydesign(~home + resident, strata = ~region, fpc = ~homes + residents, weights = ~weight, nest = TRUE, data = homes)),
    degf(one), paste("linearised, two stages,", name), near)
  if (name == "raked") next # R rakes every replicate only as near as it thinks fit; below with its own control
  put_all(trimws(paste(args_one, "--replicate jkn", step[[1]])), step[[2]](as.svrepdesign(one, type = "JKn")), degf(one), paste("as.svrepdesign(JKn),", name), near)
  put_all(trimws(paste(args_one, "--fpc homes --replicate jkn", step[[1]])), step[[2]](as.svrepdesign(onefpc, type = "JKn")), degf(one), paste("as.svrepdesign(JKn), fpc,", name), near)
}

write_expected("homes")
