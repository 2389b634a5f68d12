# The synthetic data: an invented survey of carers, and one of clusters. No real people.
set.seed(20260115)

# A stratified sample of 240 in four areas of uneven size, with missing answers.
sizes <- c(north = 90, south = 70, east = 50, west = 30)
population <- c(north = 2400, south = 900, east = 1300, west = 150)
n <- sum(sizes)
area <- rep(names(sizes), sizes)
carers <- data.frame(
  id = sprintf("C%04d", 1:n), area = area, population = population[area],
  fraction = (sizes / population)[area], weight = (population / sizes)[area] * runif(n, 0.6, 1.7),
  team = sample(c("red", "green", "blue"), n, TRUE, c(.5, .3, .2)), sex = sample(c("f", "m"), n, TRUE, c(.7, .3)),
  age = round(rnorm(n, 61, 14)), hours = round(rgamma(n, 2, 0.08), 1))
carers$q1 <- sample(1:5, n, TRUE, c(.35, .25, .2, .15, .05))
carers$q2 <- ifelse(carers$area == "north", sample(1:6, n, TRUE), sample(1:6, n, TRUE, 6:1))
carers$helped <- rbinom(n, 1, plogis(-0.5 + 0.3 * (carers$q1 < 3) + 0.4 * (carers$area == "west")))
carers$rare <- rbinom(n, 1, 0.04)
carers$cost <- round(exp(rnorm(n, 5, .6)), 2)
carers$q2[sample(n, 25)] <- NA; carers$hours[sample(n, 15)] <- NA
carers <- save_data(carers[sample(n), ], "carers")

# Files in teams (clusters) in districts (strata), numbered anew in each; two stages with known sizes.
district <- rep(c("A", "B", "C", "D"), c(6, 5, 4, 7))
teams <- data.frame(district = district, team = sequence(c(6, 5, 4, 7)), teams = c(A = 20, B = 12, C = 9, D = 40)[district])
teams$files <- sample(15:60, nrow(teams), TRUE); teams$read <- sample(4:9, nrow(teams), TRUE)
teams$level <- rnorm(nrow(teams), 0, .6)
files <- teams[rep(seq_len(nrow(teams)), teams$read), ]
files$file <- sequence(teams$read)
files$weight <- with(files, teams / c(A = 6, B = 5, C = 4, D = 7)[district] * files / read)
files$key <- paste0(files$district, files$team)
m <- nrow(files)
files$rating <- pmin(6, pmax(1, round(3.6 + files$level + rnorm(m))))
files$plan <- rbinom(m, 1, plogis(.4 + files$level))
files$days <- round(rgamma(m, 3, .1))
files$kind <- sample(c("children", "adults"), m, TRUE)
files$rating[sample(m, 9)] <- NA
files$level <- NULL; files$all <- 81
files <- save_data(files, "files")

# Strata with one sampling unit.
lonely <- data.frame(stratum = c(rep("a", 6), rep("b", 5), "c", rep("d", 4)), y = round(rnorm(16, 50, 9), 1), w = runif(16, 5, 30))
lonely$population <- c(a = 60, b = 80, c = 25, d = 90)[lonely$stratum]
lonely$yes <- rbinom(16, 1, .5)
lonely <- save_data(lonely, "lonely")
