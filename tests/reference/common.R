# What the reference scripts share: the synthetic data and the writing of expected values.
#
# Run from this folder: Rscript all.R
# In the arguments %20 stands for a space, {data} for the folder with the data.
# Every expected value is written with the arguments of the program that must give it, the R call it comes from, and
# the versions of R and survey.

suppressMessages(library(survey))
options(survey.lonely.psu = "fail", digits = 17, survey.replicates.mse = FALSE)
versions <- sprintf("R %s; survey %s", getRversion(), packageVersion("survey"))
expected <- NULL

emit <- function(data, args, statistic, variable, column, value, call, response = "", by = "", group = "",
                 tolerance = 1e-9) {
  stopifnot(length(value) == 1)
  expected <<- rbind(expected, data.frame(
    data = data, args = args, statistic = statistic, variable = variable, response = as.character(response), by = by,
    group = as.character(group), column = column, value = sprintf("%.17g", as.numeric(value)),
    tolerance = tolerance, call = call, versions = versions))
}

write_expected <- function(theme) {
  write.csv(expected, sprintf("expected-%s.csv", theme), row.names = FALSE)
  cat(theme, nrow(expected), "values,", length(unique(paste(expected$data, expected$args))), "runs\n")
  expected <<- NULL
}

save_data <- function(data, name) {
  write.csv(data, file.path("data", paste0(name, ".csv")), row.names = FALSE, na = "")
  # What the program reads is what R must use: fifteen digits, not the numbers in memory.
  read.csv(file.path("data", paste0(name, ".csv")))
}

# An estimate with its error and t interval.
emit_number <- function(data, args, statistic, variable, object, df, call, response = "", by = "", group = "",
                        level = 0.95, tolerance = 1e-9) {
  ci <- as.numeric(coef(object)) + c(-1, 1) * qt(1 - (1 - level) / 2, df) * as.numeric(SE(object))
  put <- function(column, value) emit(data, args, statistic, variable, column, value, call, response, by, group, tolerance)
  put("estimate", coef(object)); put("se", SE(object)); put("df", df); put("ci_low", ci[1]); put("ci_high", ci[2])
}

# Every interval method, from a share, its standard error, n and df: the formulas, apart from svyciprop.
interval <- function(method, p, se, n, df, level = 0.95) {
  a <- 1 - level; t <- qt(1 - a / 2, df); size <- p * (1 - p) / se^2
  beta <- function(m) c(qbeta(a / 2, m * p, m * (1 - p) + 1), qbeta(1 - a / 2, m * p + 1, m * (1 - p)))
  adjusted <- size * (qt(a / 2, n - 1) / qt(a / 2, df))^2
  switch(method,
    # All q whose scaled likelihood ratio is at most t^2.
    likelihood = { g <- function(x) { q <- plogis(x); 2 * size * (p * log(p / q) + (1 - p) * log((1 - p) / (1 - q))) - t^2 }
      plogis(c(uniroot(g, qlogis(p) - c(9, 0), tol = 1e-14)$root, uniroot(g, qlogis(p) + c(0, 9), tol = 1e-14)$root)) },
    wald = p + c(-1, 1) * t * se,
    logit = plogis(qlogis(p) + c(-1, 1) * t * se / (p * (1 - p))),
    wilson = (p + t^2 / (2 * size) + c(-1, 1) * t * sqrt(p * (1 - p) / size + t^2 / (4 * size^2))) / (1 + t^2 / size),
    "agresti-coull" = { m <- size + t^2; q <- (size * p + t^2 / 2) / m; q + c(-1, 1) * t * sqrt(q * (1 - q) / m) },
    arcsine = sin(asin(sqrt(p)) + c(-1, 1) * t * se / (2 * sqrt(p * (1 - p))))^2,
    "clopper-pearson" = beta(size), beta = beta(adjusted), "korn-graubard" = beta(min(adjusted, n)),
    jeffreys = c(qbeta(a / 2, size * p + .5, size * (1 - p) + .5), qbeta(1 - a / 2, size * p + .5, size * (1 - p) + .5)))
}

emit_interval <- function(data, args, variable, response, method, ends, call, by = "", group = "", tolerance = 1e-9) {
  args <- paste(args, "--interval", method)
  emit(data, args, "proportion", variable, "ci_low", ends[1], call, response, by, group, tolerance)
  emit(data, args, "proportion", variable, "ci_high", ends[2], call, response, by, group, tolerance)
}

# Shares of a factor with errors.
emit_shares <- function(data, args, variable, design, df, call, by = "", group = "") {
  m <- svymean(as.formula(paste0("~factor(", variable, ")")), design, na.rm = TRUE)
  levels <- sub("^factor\\(.*\\)", "", names(m))
  for (i in seq_along(levels)) {
    emit(data, args, "proportion", variable, "estimate", coef(m)[i], call, levels[i], by, group)
    emit(data, args, "proportion", variable, "se", SE(m)[i], call, levels[i], by, group)
  }
}
