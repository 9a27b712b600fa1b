# Cluster-robust contrasts from clubSandwich (CR2, Satterthwaite).
# Run through `python -m tests.golden.stats.make`:
#   Rscript robust.R <folder with csv files> <models.json> <results.json>

suppressMessages({library(clubSandwich); library(emmeans); library(jsonlite)})
arguments <- commandArgs(trailingOnly = TRUE)
models <- fromJSON(arguments[2], simplifyDataFrame = FALSE)

answer <- function(model) {
  data <- read.csv(file.path(arguments[1], paste0(model$data, ".csv")), na.strings = "")
  for (name in unlist(model$factors)) {
    data[[name]] <- factor(data[[name]], levels = sort(unique(data[[name]]), method = "radix"))
  }
  data <- data[complete.cases(data[all.vars(as.formula(model$formula))]), ]
  fit <- lm(as.formula(model$formula), data)
  pairs <- pairs(emmeans(fit, model$asked, nesting = NULL))
  robust <- vcovCR(fit, cluster = data[[model$group]], type = "CR2")
  found <- linear_contrast(fit, robust, pairs@linfct, test = "Satterthwaite", p_values = TRUE)
  list(contrast = as.character(as.data.frame(pairs)$contrast), estimate = found$Est, se = found$SE, df = found$df,
       p_value = found$p_val)
}

results <- setNames(lapply(models, answer), vapply(models, `[[`, "", "name"))
version <- as.character(packageVersion("clubSandwich"))
write_json(list(clubSandwich = version, models = results), arguments[3], digits = NA, auto_unbox = TRUE)
