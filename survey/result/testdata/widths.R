# Rscript widths.R > widths.csv, beside tables.csv; R 4.2.2 with lpSolve 5.6.18.
# For each hidden count, totals among them, its least and largest value over all
# tables without negative counts that agree with everything that is shown.
library(lpSolve)
d <- read.csv("tables.csv")
cat("table,row,col,low,high\n")
for (one in unique(d$table)) {
  t <- d[d$table == one, ]; R <- max(t$row); C <- max(t$col)  # the last row and column are totals
  v <- which(t$hidden != ""); if (!length(v)) next
  A <- NULL; b <- NULL
  for (r in 0:R) { # cells of a row less its total
    k <- which(t$row == r); s <- ifelse(t$col[k] == C, -1, 1)
    A <- rbind(A, { z <- numeric(nrow(t)); z[k] <- s; z[v] }); h <- t$hidden[k] == ""; b <- c(b, -sum((s * t$n[k])[h]))
  }
  for (c in 0:C) {
    k <- which(t$col == c); s <- ifelse(t$row[k] == R, -1, 1)
    A <- rbind(A, { z <- numeric(nrow(t)); z[k] <- s; z[v] }); h <- t$hidden[k] == ""; b <- c(b, -sum((s * t$n[k])[h]))
  }
  for (j in seq_along(v)) {
    o <- numeric(length(v)); o[j] <- 1
    lo <- lp("min", o, A, rep("=", nrow(A)), b); hi <- lp("max", o, A, rep("=", nrow(A)), b)
    if (lo$status != 0 || hi$status != 0) { cat("# status", lo$status, hi$status, "\n", file = stderr()) }
    cat(one, t$row[v[j]], t$col[v[j]], round(lo$objval, 6), round(hi$objval, 6), sep = ","); cat("\n")
  }
}
