# The linear relaxation of three problems, for TestBoundIsTheOneOfR: R 4.2.2,
# lpSolve 5.6.18. Rscript lp.R > lp.json
library(lpSolve)
set.seed(20200901)
S <- 27720
case <- function(U, A, apart) {
  load <- sample(1:3, U, TRUE); most <- rep(U, A) - (seq_len(A) %% 2); group <- seq_len(A) %% 3
  misfit <- matrix(sample(0:2, U * A, TRUE), U); barred <- matrix(as.integer(runif(U * A) < 0.15), U)
  K <- sum(load) * 2; nx <- U * A; nv <- nx + A * K
  x <- function(u, a) (u - 1) * A + a; y <- function(a, k) nx + (a - 1) * K + k
  cost <- numeric(nv); M <- list(); dir <- c(); rhs <- c()
  row <- function(at, v, d, r) { z <- numeric(nv); z[at] <- v; M[[length(M) + 1]] <<- z; dir <<- c(dir, d); rhs <<- c(rhs, r) }
  for (u in 1:U) {
    row(sapply(1:A, function(a) x(u, a)), 1, "=", 2)
    for (a in 1:A) { cost[x(u, a)] <- S * misfit[u, a]; row(x(u, a), 1, "<=", 1 - barred[u, a]) }
    if (apart) for (g in unique(group)) row(sapply(which(group == g), function(a) x(u, a)), 1, "<=", 1)
  }
  for (a in 1:A) {
    row(c(sapply(1:U, function(u) x(u, a)), y(a, 1:K)), c(load, rep(-1, K)), "=", 0)
    for (k in 1:K) { cost[y(a, k)] <- (S %/% most[a]) * (2 * k - 1); row(y(a, k), 1, "<=", 1) }
  }
  r <- lp("min", cost, do.call(rbind, M), dir, rhs)
  stopifnot(r$status == 0)
  rows <- function(m) paste0("[", paste(apply(m, 1, function(v) paste0("[", paste(v, collapse = ","), "]")), collapse = ","), "]")
  list1 <- function(v) paste0("[", paste(v, collapse = ","), "]")
  sprintf('{"Load":%s,"Most":%s,"Group":%s,"Misfit":%s,"Barred":%s,"Apart":%s,"Value":%.6f}', list1(load), list1(most),
    list1(group), rows(misfit), rows(barred), tolower(apart), r$objval)
}
cat("[", paste(c(case(5, 4, FALSE), case(6, 6, TRUE), case(8, 7, TRUE), case(10, 8, FALSE)), collapse = ",\n"), "]\n")
