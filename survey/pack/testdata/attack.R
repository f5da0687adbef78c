# Rscript attack.R > ranges.csv, beside attack.csv; R 4.2.2 with lpSolve 5.6.18.
# For each count that is sought, its least and largest value over all numbers of people,
# none negative, whose sums are those that are known.
library(lpSolve)
d <- read.csv("attack.csv", colClasses = c("integer", "character", "numeric", "character"))
row <- function(of, n) { z <- numeric(n); z[as.integer(strsplit(of, " ")[[1]])] <- 1; z }
cat("attack,low,high\n")
for (one in unique(d$attack)) {
  t <- d[d$attack == one, ]; n <- max(as.integer(unlist(strsplit(t$of, " "))))
  known <- t[t$kind == "known", ]; A <- t(sapply(known$of, row, n = n, USE.NAMES = FALSE)); eq <- rep("=", nrow(A))
  for (of in t$of[t$kind == "sought"]) {
    o <- row(of, n); lo <- lp("min", o, A, eq, known$sum); hi <- lp("max", o, A, eq, known$sum)
    if (lo$status != 0 || hi$status != 0) stop("status ", lo$status, " ", hi$status)
    cat(one, round(lo$objval, 6), round(hi$objval, 6), sep = ","); cat("\n")
  }
}
