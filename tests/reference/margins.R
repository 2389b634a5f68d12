# The real-valued allocation nearest to the proportional one under minimums by three columns, as a quadratic programme solved by
# R's quadprog; and systematic selections with unequal probabilities from R's sampling package (2.9) at given starts.
# Run: Rscript tests/reference/margins.R
library(quadprog)
library(sampling)
shape <- c(2, 3, 2)
population <- c(300, 40, 120, 60, 25, 10, 90, 35, 14, 8, 6, 3)
n <- 90
lower <- rep(1, 12)
t <- n * population / sum(population)
# The proportional allocation within its bounds.
repeat {
  free <- t > 1 + 1e-12
  left <- n - sum(!free)
  t2 <- ifelse(free, left * population / sum(population[free]), 1)
  if (all(t2 >= 1 - 1e-12) && max(abs(t2 - t)) < 1e-13) break
  t <- pmax(t2, 1)
}
h <- 0:11
ways <- list(h %/% 6 %% 2, h %/% 2 %% 3, h %% 2)
minimum <- list(c(30, 30), c(20, 20, 12), c(40, 25))
level <- do.call(cbind, lapply(1:3, function(w) sapply(seq_along(minimum[[w]]) - 1, function(l) as.numeric(ways[[w]] == l))))
A <- cbind(rep(1, 12), level, diag(12), -diag(12))
b <- c(n, unlist(minimum), lower, -population)
x <- solve.QP(diag(2 / t), rep(2, 12), A, b, meq = 1)$solution
cat("# nearest\n")
cat(formatC(x, digits = 17, format = "g"), sep = "\n")
size <- c(3, 8, 1, 12, 5, 7, 2, 9, 6, 4, 11, 10)
pik <- inclusionprobabilities(size, 5)
cat("# systematic: seed, start, units\n")
for (seed in 1:6) {
  set.seed(seed)
  start <- runif(1)
  set.seed(seed)
  cat(seed, formatC(start, digits = 17, format = "g"), which(UPsystematic(pik) == 1), sep = ",", fill = TRUE)
}
