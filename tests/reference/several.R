# A study with a repeat, a rank, a time of day and a number, as a run estimates it: everyone, and by team.
#
# several/units.csv has one line for each unit of the frame (returned or not), several/visits.csv one for each row of the repeat.
# Numbers are made without a generator, so that any version of R makes the same.
source("common.R")

u <- data.frame(at = 1:150)
u$id <- sprintf("C%03d", u$at)
u$area <- rep(c("north", "south", "east"), c(60, 50, 40))
u$team <- c("red", "green", "blue")[1 + (u$at * 7) %% 3]
u$team[u$at %% 29 == 0] <- "new"
wave <- function(x, k) (sin(x * 12.9898 + k * 78.233) * 43758.5453) %% 1
u$returned <- as.integer(wave(u$at, 1) < 0.45)
u$returned[u$team == "new"] <- as.integer(u$at[u$team == "new"] %% 2 == 0)
# Rank: up to four of four, some give fewer, some none.
codes <- c("time", "known", "word", "talk")
u$matters <- sapply(u$at, function(i) {
  give <- floor(wave(i, 2) * 5.5); paste(head(codes[order(wave(i, 3:6) - c(.3, .15, 0, 0))], give), collapse = ";") })
hour <- function(x) sprintf("%02d:%02d", floor(x), 5 * floor((x %% 1) * 12))
u$first <- ifelse(wave(u$at, 7) < 0.15, "", hour(6 + 4 * wave(u$at, 8)))
u$months <- ifelse(wave(u$at, 9) < 0.1, NA, round(60 * wave(u$at, 10)^2, 1))
k <- floor(wave(u$at, 11) * 6); k[u$team == "new"] <- 0
k[wave(u$at, 12) < 0.1] <- 9
k[u$team == "new"] <- 0
v <- data.frame(at = rep(u$at, k))
v$id <- u$id[v$at]; v$number <- ave(v$at, v$at, FUN = seq_along)
r <- v$at * 10 + v$number
v$length <- c("long", "just", "short", "")[1 + findInterval(wave(r, 13) + 0.2 * (wave(v$at, 14) - 0.5), c(.45, .7, .93))]
ticked <- function(n) wave(r, n) < c(.6, .4, .3)[n - 14]
v$tasks <- apply(cbind(ifelse(ticked(15), "dress", ""), ifelse(ticked(16), "meal", ""), ifelse(ticked(17), "house", "")), 1,
  function(x) paste(x[x != ""], collapse = ";"))
v$minutes <- ifelse(wave(r, 18) < 0.08, NA, 5 + floor(60 * wave(v$at, 19) * wave(r, 20)))
v$begun <- ifelse(wave(r, 21) < 0.1, "", hour(7 + 12 * wave(r, 22)))
# A row in which nothing stands is no row, and a return in which nothing stands is none.
v <- v[v$length != "" | v$tasks != "" | !is.na(v$minutes) | v$begun != "", ]
u$returned[u$matters == "" & u$first == "" & is.na(u$months) & !u$at %in% v$at] <- 0L
v <- v[u$returned[v$at] == 1, ]
dir.create("several", showWarnings = FALSE)
write.csv(u[, c("id", "area", "team", "returned", "matters", "first", "months")], "several/units.csv", row.names = FALSE, na = "")
write.csv(v[, c("id", "number", "length", "tasks", "minutes", "begun")], "several/visits.csv", row.names = FALSE, na = "")

text <- c(matters = "character", first = "character")
u <- read.csv("several/units.csv", colClasses = text, na.strings = "NA")
u$months <- suppressWarnings(as.numeric(u$months))
v <- read.csv("several/visits.csv", colClasses = c(length = "character", tasks = "character", begun = "character"))
clock <- function(x) ifelse(x == "", NA, as.numeric(substr(x, 1, 2)) + as.numeric(substr(x, 4, 5)) / 60)
u$N <- as.numeric(ave(rep(1, nrow(u)), u$area, FUN = sum))
u$hour <- clock(u$first); v$hour <- clock(v$begun)
back <- u[u$returned == 1, ]
given <- strsplit(back$matters, ";")
for (code in codes) back[[paste0("place_", code)]] <- sapply(given, function(x) { at <- match(code, x); if (length(at)) at else NA })
back$put <- sapply(given, function(x) if (length(x)) x[1] else NA)

# A return's weight: its stratum's population over the returns, or over the answers to the question.
designed <- function(d, ids = ~id) {
  units <- d[!duplicated(d$id), ]
  d$r <- as.numeric(table(units$area)[d$area]); d$w <- d$N / d$r
  svydesign(ids, strata = ~area, weights = ~w, fpc = ~N, data = d)
}
everyone <- list(c("", ""))
groups <- c(everyone, lapply(c("red", "green", "blue", "new"), function(g) c("team", g)))

# The smallest value whose share reaches p, by definition. It is survey's rule "math" but for one case, which groups of two meet: where
# the lowest value alone is more than p, survey 4.1 gives the next one.
smallest <- function(x, w, p) {
  if (p < 0 || p > 1) return(NA_real_)
  o <- order(x); reached <- cumsum(w[o]) / sum(w) >= p - 1e-14
  y <- x[o][which(reached)[1]]
  lowest <- sum(w[x == min(x)]) / sum(w) > p
  if (!lowest) stopifnot(y == survey:::qrule_math(x, w, p))
  y
}

found <- NULL
put <- function(basis, statistic, variable, response, group, values, call) {
  found <<- rbind(found, data.frame(basis, statistic, variable, response, by = group[1], group = group[2], column = names(values),
    value = sprintf("%.17g", as.numeric(values)), call, versions))
}
inside <- function(design, group, ok) {
  ok[is.na(ok)] <- FALSE
  keep <- if (group[1] == "") ok else ok & design$variables[[group[1]]] == group[2]
  list(design = if (any(keep)) design[keep, ] else NULL, keep = keep)
}
one <- function(basis, statistic, variable, response, group, design, y, df, rows = FALSE) {
  design$variables$y <- y
  s <- inside(design, group, !is.na(y))
  n <- sum(s$keep); units <- length(unique(design$variables$id[s$keep]))
  base <- c(n = n); if (rows) base <- c(base, units = units)
  if (n == 0) return(put(basis, statistic, variable, response, group, base, "none"))
  base <- c(base, sum_weights = sum(weights(design)[s$keep]))
  if (statistic == "median") {
    q <- svyquantile(~y, s$design, 0.5, qrule = smallest, interval.type = "mean", df = df)$y
    return(put(basis, statistic, variable, response, group,
      c(base, estimate = q[1, 1], ci_low = q[1, 2], ci_high = q[1, 3], se = q[1, 4], df = df), "svyquantile(qrule = smallest)"))
  }
  m <- svymean(~y, s$design, deff = TRUE)
  if (rows && units < 2) return(put(basis, statistic, variable, response, group, c(base, estimate = coef(m)), "svymean"))
  p <- as.numeric(coef(m)); se <- as.numeric(SE(m))
  ends <- if (statistic == "mean" || p * (1 - p) == 0 || se == 0) p + c(-1, 1) * qt(.975, df) * se else interval("wilson", p, se, n, df)
  values <- c(base, estimate = p, se = se, df = df)
  if (!(statistic != "mean" && (p == 0 || p == 1))) values <- c(values, ci_low = ends[1], ci_high = ends[2])
  if (se > 0 && n > 1) values <- c(values, deff = as.numeric(deff(m)))
  put(basis, statistic, variable, response, group, values, "svymean(subset)")
}

for (basis in c("per-unit", "per-question")) {
  of <- function(answered) designed(if (basis == "per-unit") back else back[answered, ])
  d <- of(!is.na(back$put)); df <- degf(d)
  for (g in groups) for (code in codes) {
    one(basis, "proportion", "matters", code, g, d, as.numeric(d$variables$put == code), df)
    one(basis, "mean", "matters", code, g, d, as.numeric(d$variables[[paste0("place_", code)]]), df)
  }
  for (variable in c("first", "months")) {
    y <- if (variable == "first") "hour" else variable
    d <- of(!is.na(back[[y]])); df <- degf(d)
    for (g in groups) for (statistic in c("mean", "median")) one(basis, statistic, variable, "", g, d, d$variables[[y]], df)
  }
}

# Rows nested in units: one line for each row, and one outside of every domain for units without rows.
v <- merge(v, back[, c("id", "area", "team", "N")], by = "id")
v$real <- TRUE
empty <- back[!back$id %in% v$id, c("id", "area", "team", "N")]
for (name in setdiff(names(v), names(empty))) empty[[name]] <- if (name == "real") FALSE else NA
lines <- rbind(v, empty[, names(v)])
d <- designed(lines); df <- degf(d)
stopifnot(df == nrow(back) - 3)
said <- function(column) ifelse(lines$real & !is.na(lines[[column]]) & lines[[column]] != "", lines[[column]], NA)
rows <- function(statistic, variable, response, y)
  for (g in groups) one("per-unit", statistic, variable, response, g, d, y, df, rows = TRUE)
length <- said("length")
for (code in c("long", "just", "short")) rows("proportion", "length", code, as.numeric(length == code))
rows("positive", "length", "", as.numeric(length == "long"))
tasks <- said("tasks")
for (code in c("dress", "meal", "house"))
  rows("proportion", "tasks", code, ifelse(is.na(tasks), NA, as.numeric(grepl(code, tasks))))
for (variable in c("minutes", "begun")) for (statistic in c("mean", "median"))
  rows(statistic, variable, "", if (variable == "begun") lines$hour else lines$minutes)
# How many rows a unit has, none counting as 0.
count <- designed(back); count$variables$k <- as.numeric(table(factor(v$id, levels = count$variables$id)))
for (g in groups) for (statistic in c("mean", "median"))
  one("per-unit", statistic, "visits_count", "", g, count, count$variables$k, degf(count))
# The same by svyratio over units' totals: what the mean over rows is.
d$variables$minutes0 <- ifelse(lines$real & !is.na(lines$minutes), lines$minutes, 0)
d$variables$k0 <- as.numeric(lines$real & !is.na(lines$minutes))
q <- svyratio(~minutes0, ~k0, d)
put("per-unit", "mean", "minutes", "", c("", ""), c(estimate = as.numeric(coef(q)), se = as.numeric(SE(q))), "svyratio")
write.csv(found, "several/expected.csv", row.names = FALSE)
cat(nrow(found), "values\n")
