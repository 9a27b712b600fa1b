# Reference results for models of a few people, from lme4, lmerTest and emmeans.
# Run through `python -m tests.golden.stats.make`:
#   Rscript subsets.R <diary.csv> <subsets.json> <results.json>

suppressMessages({library(lme4); library(lmerTest); library(emmeans); library(jsonlite)})
arguments <- commandArgs(trailingOnly = TRUE)
diary <- read.csv(arguments[1], stringsAsFactors = FALSE)
asked <- fromJSON(arguments[2], simplifyDataFrame = FALSE)
control <- lmerControl(optimizer = "bobyqa", optCtrl = list(rhobeg = 0.02, rhoend = 1e-12, maxfun = 1e5))

level_of <- function(values) factor(values, levels = sort(unique(values), method = "radix"))

answer <- function(subset) {
  data <- diary[diary$person %in% unlist(subset$people), ]
  for (name in c("category", "projects", "gender", "age")) data[[name]] <- level_of(data[[name]])
  fit <- lmer(as.formula(paste(subset$formula, "+ (1 | person)")), data, REML = TRUE, control = control)
  names <- unlist(subset$factors)
  # Unasked, emmeans takes factors whose cells happen to be empty for nested ones and averages over fewer.
  means <- as.data.frame(emmeans(fit, names, lmer.df = "satterthwaite", nesting = NULL))
  means <- means[do.call(order, unname(lapply(names, function(name) as.integer(means[[name]])))), ]
  variances <- as.data.frame(VarCorr(fit))
  list(group = variances$vcov[1], residual = variances$vcov[2], criterion = as.numeric(REMLcrit(fit)),
       mean = I(means$emmean), se = I(means$SE), df = I(means$df))
}

results <- lapply(asked, function(subset) {
  tryCatch(suppressWarnings(suppressMessages(answer(subset))), error = function(e) list(error = conditionMessage(e)))
})
write_json(results, arguments[3], digits = NA, auto_unbox = TRUE, na = "null")
