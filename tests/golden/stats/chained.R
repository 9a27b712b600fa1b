# Errors that chain, by nlme: a random intercept with a moving average of order one, and that average alone.
# Run through `python -m tests.golden.stats.make`: Rscript chained.R <folder with csv files> <results.json>

suppressMessages({library(nlme); library(emmeans); library(jsonlite)})
arguments <- commandArgs(trailingOnly = TRUE)
often <- lmeControl(maxIter = 500, msMaxIter = 500, tolerance = 1e-12, msTol = 1e-13, opt = "nlminb")
often_gls <- glsControl(maxIter = 500, msMaxIter = 500, tolerance = 1e-12, msTol = 1e-13, opt = "nlminb")

answer <- function(name) {
  data <- read.csv(file.path(arguments[1], paste0(name, ".csv")), na.strings = "")
  data <- data[complete.cases(data), ]
  data$category <- factor(data$category, levels = sort(unique(data$category), method = "radix"))
  errors <- corARMA(form = ~ day | person, q = 1)
  if (name == "chained") {
    fit <- gls(change ~ usual + category, data, correlation = errors, method = "REML", control = often_gls)
    alone <- gls(change ~ usual + category, data, method = "REML")
    between <- 0
    means <- as.data.frame(emmeans(fit, "category", mode = "satterthwaite", data = data))
  } else {
    fit <- lme(change ~ usual + category, data, random = ~ 1 | person, correlation = errors, method = "REML",
               control = often)
    alone <- lme(change ~ usual + category, data, random = ~ 1 | person, method = "REML", control = often)
    between <- as.numeric(VarCorr(fit)["(Intercept)", "Variance"])
    means <- as.data.frame(emmeans(fit, "category", data = data))
  }
  theta <- coef(fit$modelStruct$corStruct, unconstrained = FALSE)
  list(rho = theta[[1]] / (1 + theta[[1]]^2), between = between, residual = fit$sigma^2,
       deviance = -2 * as.numeric(logLik(fit) - logLik(alone)),
       category = as.character(means$category), mean = means$emmean, se = means$SE,
       df = if (name == "chained") means$df else NULL)
}

names <- c("chained", "chained_alike")
write_json(list(nlme = as.character(packageVersion("nlme")), models = setNames(lapply(names, answer), names)),
           arguments[2], digits = NA, auto_unbox = TRUE)
