# Rscript results.R > results.csv, beside answers.csv; R 4.2.2 with survey 4.1-1.
suppressMessages(library(survey))
d <- read.csv("answers.csv", colClasses = c(psu = "character", age = "character"))
for (q in c("q1", "q2", "q3")) {
  v <- d[[q]]; on <- v <= 5
  d[[paste0(q, "_m")]] <- ifelse(on, v, NA)
  d[[paste0(q, "_s")]] <- ifelse(on, as.numeric(v >= 4), NA)
  d[[paste0(q, "_1")]] <- ifelse(on, as.numeric(v == 1), NA)
  d[[paste0(q, "_d")]] <- as.numeric(v == 8)
}
des <- svydesign(ids = ~psu, strata = ~stratum, weights = ~w, data = d)
des <- calibrate(des, ~sex + age, c(`(Intercept)` = 8000, sexmale = 8000 * .51, `age60+` = 8000 * .30),
                 calfun = "raking", epsilon = 1e-12, maxit = 200)
put <- function(name, v) cat(name, ",", sprintf("%.14g", v), "\n", sep = "")
cat("name,value\n")
for (by in c("sex", "age", "residence", "stratum")) {
  f <- as.formula(paste0("~", by))
  for (q in c("q1", "q2", "q3")) {
    for (a in c("m", "s", "1", "d")) {
      r <- svyby(as.formula(paste0("~", q, "_", a)), f, des, svymean, na.rm = TRUE)
      for (k in seq_len(nrow(r))) {
        put(paste(by, r[k, 1], q, a, "est", sep = "/"), r[k, 2]); put(paste(by, r[k, 1], q, a, "se", sep = "/"), r[k, 3])
      }
    }
    t <- svychisq(as.formula(paste0("~", q, "_s+", by)), des, statistic = "F")
    put(paste(by, q, "F", sep = "/"), t$statistic); put(paste(by, q, "df", sep = "/"), t$parameter[1])
    put(paste(by, q, "ddf", sep = "/"), t$parameter[2]); put(paste(by, q, "p", sep = "/"), t$p.value)
  }
  for (g in sort(unique(d[[by]]))) {
    on <- d[[by]] == g; w <- weights(des); z <- 0; est <- 0
    for (q in c("q1", "q2", "q3")) {
      y <- 100 * (d[[paste0(q, "_m")]] - 1) / 4; use <- on & !is.na(y); y[!use] <- 0
      m <- sum(w[use] * y[use]) / sum(w[use]); est <- est + m / 3; z <- z + use * (y - m) / sum(w[use]) / 3
    }
    put(paste(by, g, "index/est", sep = "/"), est); put(paste(by, g, "index/se", sep = "/"), SE(svytotal(z, des)))
    put(paste(by, g, "df", sep = "/"), degf(des[on, ]))
  }
}
on <- with(d, q1 <= 5 & q2 <= 5 & q3 <= 5) # svycralpha takes no missing value, not even outside of the subset
for (q in c("q1_m", "q2_m", "q3_m")) des$variables[[q]][!on] <- 1
put("alpha", svycralpha(~q1_m + q2_m + q3_m, des[on, ]))
