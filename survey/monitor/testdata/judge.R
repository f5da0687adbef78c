# The judge of survey/monitor. Run in this folder: Rscript judge.R
# Writes rindicator.csv and balance.csv from places.csv and people.csv.
places <- read.csv("places.csv", stringsAsFactors = FALSE)
ask <- function(p, terms) {
  p$asked <- p$links - p$out
  # one row a link, with its design weight
  long <- p[rep(seq_len(nrow(p)), p$asked), ]
  long$y <- unlist(lapply(seq_len(nrow(p)), function(i) rep(c(1, 0), c(p$answered[i], p$asked[i] - p$answered[i]))))
  long
}
indicator <- function(d, formula, w) {
  d$w <- w
  d <- d[d$w > 0, ]
  environment(formula) <- environment()
  fit <- suppressWarnings(glm(formula, quasibinomial, d, weights = w, control = glm.control(1e-14, 100)))
  rho <- fitted(fit)
  m <- weighted.mean(rho, d$w)
  c(R = 1 - 2 * sqrt(sum(d$w * (rho - m)^2) / (sum(d$w) - 1)), rate = m)
}
run <- function(p, formula) {
  d <- ask(p)
  full <- indicator(d, formula, d$weight)
  v <- 0
  for (h in unique(d$stratum)) {
    psus <- unique(d$psu[d$stratum == h]); n <- length(psus)
    r <- sapply(psus, function(k) indicator(d, formula, ifelse(d$psu == k, 0, ifelse(d$stratum == h, d$weight * n / (n - 1), d$weight)))["R"])
    v <- v + (n - 1) / n * sum((r - mean(r))^2)
  }
  c(full, SE = sqrt(v), bias = unname((1 - full["R"]) / (2 * full["rate"])))
}
# thirds of the PSUs by size
places$class <- factor(floor((rank(places$size, ties.method = "first") - 1) * 3 / nrow(places)))
a <- run(places, y ~ stratum + class)
b <- run(places[1:10, ], y ~ stratum)
out <- rbind(data.frame(case = "stratum+size", t(a)), data.frame(case = "stratum", t(b)))
out$source <- paste(R.version.string, "glm(quasibinomial) and a jackknife by hand")
write.csv(format(out, digits = 15), "rindicator.csv", row.names = FALSE, quote = FALSE)

suppressMessages(library(survey))
people <- read.csv("people.csv", stringsAsFactors = FALSE)
des <- svydesign(~psu, strata = ~stratum, weights = ~weight, data = people, nest = TRUE)
known <- subset(people, sex != "")
dk <- svydesign(~psu, strata = ~stratum, weights = ~weight, data = known, nest = TRUE)
m <- svymean(~I(sex == "female"), dk)
write.csv(data.frame(share = format(coef(m)[2], digits = 15), se = format(SE(m)[2], digits = 15), source = paste(R.version.string, "survey", packageVersion("survey"), "svymean")), "balance.csv", row.names = FALSE, quote = FALSE)
