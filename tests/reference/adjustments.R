# Non-response, trimming, joined strata, half samples, quantile rules.
source("common.R"); source("data.R")
s <- svydesign(~1, strata = ~area, weights = ~weight, data = carers)
sf <- svydesign(~1, strata = ~area, weights = ~weight, fpc = ~population, data = carers)
w <- svydesign(~1, weights = ~weight, data = carers)
kn <- svydesign(~team, strata = ~district, weights = ~weight, nest = TRUE, data = files)

# Strata joined: c (one unit) with d, the next; population counts add up. And the last one with the one before.
joined <- lonely; joined$h <- ifelse(joined$stratum %in% c("c", "d"), "cd", joined$stratum); joined$N <- c(a = 60, b = 80, cd = 115)[joined$h]
last <- lonely; last$stratum <- c(a = "a", b = "b", c = "d", d = "c")[last$stratum]; last <- save_data(last, "lonely-last")
joined_last <- last; joined_last$h <- ifelse(last$stratum %in% c("c", "d"), "cd", last$stratum); joined_last$N <- c(a = 60, b = 80, cd = 115)[joined_last$h]
for (set in list(list("lonely", joined), list("lonely-last", joined_last))) for (fpc in c(FALSE, TRUE)) {
  d <- svydesign(~1, strata = ~h, weights = ~w, fpc = if (fpc) ~N else NULL, data = set[[2]])
  args <- paste0("--weight w --strata stratum --single-psu collapse", if (fpc) " --fpc population" else "")
  emit_number(set[[1]], paste(args, "--mean y"), "mean", "y", svymean(~y, d), degf(d), "strata recoded")
  emit_number(set[[1]], paste(args, "--total y"), "total", "y", svytotal(~y, d), degf(d), "strata recoded")
  emit_shares(set[[1]], paste(args, "--proportion yes"), "yes", d, degf(d), "strata recoded")
  if (!fpc) {
    jk <- as.svrepdesign(d, type = "JKn")
    emit_number(set[[1]], paste(args, "--replicate jkn --mean y"), "mean", "y", svymean(~y, jk), degf(jk), "strata recoded, as.svrepdesign JKn")
  }
}

# Balanced half samples. Paley's matrix for q + 1, made here anew; its first row is turned over for R, which reads the
# matrix's first element as zero.
paley <- function(q) {
  square <- (1:(q - 1))^2 %% q
  m <- matrix(1, q + 1, q + 1); m[-1, 1] <- 0
  for (i in 1:q) for (j in 1:q) m[i + 1, j + 1] <- if (i == j || (j - i) %% q %in% square) 1 else 0
  m[m[, 1] == 0, ] <- 1 - m[m[, 1] == 0, ]
  h <- t(m); h[1, ] <- 0; h
}
pairs <- subset(files, team <= 2); pairs$weight <- pairs$weight * 2
pairs <- save_data(pairs[order(pairs$district, pairs$team), ], "pairs")
pd <- svydesign(~team, strata = ~district, weights = ~weight, nest = TRUE, data = pairs)
halves <- data.frame(id = 1:22, stratum = rep(sprintf("h%02d", 1:11), each = 2), weight = round(runif(22, 5, 40), 2), y = round(rgamma(22, 3, .1), 1), yes = rbinom(22, 1, .4))
halves <- save_data(halves, "halves"); hd <- svydesign(~1, strata = ~stratum, weights = ~weight, data = halves)
for (set in list(list("pairs", "--weight weight --cluster team --strata district --nest", pd, 7, "days", "plan"),
                 list("halves", "--weight weight --strata stratum", hd, 11, "y", "yes"))) for (rho in c(0, 0.3, 0.5)) {
  type <- if (rho == 0) "BRR" else "Fay"; call <- sprintf("as.svrepdesign(type = '%s')", type)
  made <- if (rho == 0) as.svrepdesign(set[[3]], type = type, hadamard.matrix = paley(set[[4]])) else
    as.svrepdesign(set[[3]], type = type, fay.rho = rho, hadamard.matrix = paley(set[[4]]))
  args <- paste(set[[2]], "--replicate", if (rho == 0) "brr" else if (rho == .5) "fay" else paste0("fay:", rho))
  y <- as.formula(paste0("~", set[[5]]))
  emit_number(set[[1]], paste(args, "--mean", set[[5]]), "mean", set[[5]], svymean(y, made), degf(made), call)
  emit_number(set[[1]], paste(args, "--total", set[[5]]), "total", set[[5]], svytotal(y, made), degf(made), call)
  emit_shares(set[[1]], paste(args, "--proportion", set[[6]]), set[[6]], made, degf(made), call)
  # A total has the same error whichever matrix is taken: R's own.
  own <- if (rho == 0) as.svrepdesign(set[[3]], type = type) else as.svrepdesign(set[[3]], type = type, fay.rho = rho)
  emit_number(set[[1]], paste(args, "--total", set[[5]]), "total", set[[5]], svytotal(y, own), degf(own), paste(call, "with R's matrix"))
}

# Trimming.
trimmed <- function(args, pw) {
  d <- svydesign(~1, weights = pw, data = carers)
  emit_number("carers", paste("--weight weight", args, "--mean cost"), "mean", "cost", svymean(~cost, d), degf(d), "trimWeights")
  emit("carers", paste("--weight weight", args, "--mean cost"), "mean", "cost", "sum_weights", sum(pw), "trimWeights")
}
pw <- carers$weight; upper <- mean(pw) + 1.5 * sd(pw)
trimmed("--trim mean+1.5sd", weights(trimWeights(w, upper = upper))); trimmed("--trim mean+1.5sd --trim-strict", weights(trimWeights(w, upper = upper, strict = TRUE)))
trimmed("--trim 8,30 --trim-strict", weights(trimWeights(w, upper = 30, lower = 8, strict = TRUE)))
trimmed("--trim ,30 --trim-excess none", pmin(pw, 30))
inside <- pw <= 30; trimmed("--trim ,30 --trim-excess proportional", ifelse(inside, pw * (1 + sum(pw - pmin(pw, 30)) / sum(pw[inside])), 30))

# Quantile rules, and intervals by other scales.
for (rule in c("school", "hf4", "hf5", "hf6", "hf7", "hf8", "hf9")) for (p in c(0.2, 0.5, 0.8)) for (set in list(list(sf, "--fpc population"), list(s, ""))) {
  q <- svyquantile(~cost, set[[1]], p, qrule = rule, interval.type = "mean")$cost
  args <- gsub(" +", " ", paste("--weight weight --strata area", set[[2]], "--quantile-rule", rule, "--quantile cost@0.2,0.5,0.8"))
  for (part in list(c("estimate", 1), c("ci_low", 2), c("ci_high", 3), c("se", 4)))
    emit("carers", args, "quantile", "cost", part[1], q[1, as.integer(part[2])], sprintf("svyquantile(qrule = '%s')", rule), response = p)
}
for (pair in list(c("beta", "beta"), c("logit", "xlogit"), c("arcsine", "asin"))) for (p in c(0.25, 0.5)) {
  q <- svyquantile(~cost, sf, p, qrule = "math", interval.type = pair[2])$cost
  args <- paste("--weight weight --strata area --fpc population --quantile-interval", pair[1], "--quantile cost@0.25,0.5")
  for (part in list(c("estimate", 1), c("ci_low", 2), c("ci_high", 3)))
    emit("carers", args, "quantile", "cost", part[1], q[1, as.integer(part[2])], sprintf("svyquantile(interval.type = '%s')", pair[2]), response = p)
}

# Non-response: who was asked, and who answered.
issued <- carers[c("id", "area", "population", "weight", "team", "sex", "age", "cost", "q1")]
issued$responded <- rbinom(nrow(issued), 1, plogis(0.02 * (issued$age - 50) - 0.6 * (issued$team == "blue") + 0.3))
issued$cost[issued$responded == 0] <- NA; issued$q1[issued$responded == 0] <- NA
issued <- save_data(issued, "issued")
raised <- function(class) { all <- ave(issued$weight, class, FUN = sum); back <- ave(issued$weight * issued$responded, class, FUN = sum); issued$weight * all / back }
respondents <- function(args, class, call) {
  issued$final <- raised(class); back <- subset(issued, responded == 1)
  for (fpc in c(FALSE, TRUE)) {
    d <- svydesign(~1, strata = ~area, weights = ~final, fpc = if (fpc) ~population else NULL, data = back)
    args2 <- paste0("--weight weight --strata area --responded responded ", args, if (fpc) " --fpc population" else "")
    emit_number("issued", paste(args2, "--mean cost"), "mean", "cost", svymean(~cost, d), degf(d), call)
    emit_number("issued", paste(args2, "--by sex --mean cost"), "mean", "cost", svymean(~cost, subset(d, sex == "f")), degf(d), call, by = "sex", group = "f")
    emit_shares("issued", paste(args2, "--proportion q1"), "q1", d, degf(d), call)
    emit("issued", paste(args2, "--mean cost"), "mean", "cost", "sum_weights", sum(back$final), call)
  }
}
respondents("--nonresponse classes:team,sex", interaction(issued$team, issued$sex), "ratio of weights within classes")
# The rule that joins small classes, written anew: the smallest first, with the neighbour whose response rate is nearer.
merge_small <- function(class, minimum) {
  left <- as.list(sort(unique(class)))
  repeat {
    n <- sapply(left, function(k) sum(issued$responded[class %in% k])); if (all(n >= minimum) || length(left) == 1) break
    at <- which(n < minimum)[which.min(n[n < minimum])]
    rate <- sapply(left, function(k) { i <- class %in% k; sum((issued$weight * issued$responded)[i]) / sum(issued$weight[i]) })
    near <- c(at - 1, at + 1); near <- near[near >= 1 & near <= length(left)]; to <- near[which.min(abs(rate[near] - rate[at]))]
    keep <- min(at, to); left[[keep]] <- c(left[[at]], left[[to]]); left[[max(at, to)]] <- NULL
  }
  sapply(class, function(k) which(sapply(left, function(set) k %in% set)))
}
cells <- paste(issued$area, issued$team, issued$sex)
respondents("--nonresponse classes:area,team,sex:10", merge_small(cells, 10), "small classes joined")
for (groups in c(5, 3)) {
  p <- signif(fitted(glm(responded ~ age + team, family = binomial, data = issued, control = list(epsilon = 1e-14, maxit = 100))), 11)
  class <- floor((rank(p, ties.method = "min") - 1) * groups / nrow(issued))
  respondents(paste0("--nonresponse propensity:age,team", if (groups != 5) paste0(":groups=", groups)), class, "glm(binomial), groups of equal size")
}
# And post-stratified afterwards.
issued$final <- raised(interaction(issued$team, issued$sex)); back <- subset(issued, responded == 1)
ps <- postStratify(svydesign(~1, strata = ~area, weights = ~final, data = back), ~sex, data.frame(sex = c("f", "m"), Freq = c(3200, 1550)))
emit_number("issued", "--weight weight --strata area --responded responded --nonresponse classes:team,sex --poststratify sex={data}/sex.csv --mean cost", "mean", "cost",
  svymean(~cost, ps), degf(ps), "ratio of weights within classes, postStratify")
write_expected("adjustments")
