# Makes the cases of this folder: a made-up survey and what R 4.2.2 with survey 4.5 says of it.
# Run in this folder: Rscript make.R
suppressMessages({library(survey); library(jsonlite)})
OUT <- "."
A <- function(x) I(as.vector(x))
mk <- function(seed, nonest=FALSE) {
  set.seed(seed)
  rows <- list(); H <- sample(3:5,1)
  for (h in 1:H) { N1 <- sample(8:20,1); n1 <- sample(2:6,1)
    for (p in 1:n1) { N2 <- sample(5:12,1); n2 <- sample(2:min(5,N2),1)
      for (u in 1:n2) { N3 <- sample(3:9,1); n3 <- sample(1:min(4,N3),1); if(n3<2) n3<-2
        rows[[length(rows)+1]] <- data.frame(st=paste0("s",h), psu=p, ssu=paste0("u",u), N1=N1, N2=N2, N3=N3, f1=n1/N1, f2=n2/N2,f3=n3/N3, k=1:n3) } } }
  d <- do.call(rbind, rows); n <- nrow(d)
  d$id <- paste(d$st,d$psu); d$w <- round(exp(rnorm(n,3,.6)),4)
  d$area <- factor(sample(c("A","B","C","D"),n,TRUE,c(.4,.3,.2,.1)),levels=c("D","B","A","C","E")) # E empty
  d$sex <- factor(sample(c("f","m"),n,TRUE),levels=c("f","m"))
  d$age <- factor(sample(c("y","mid","old"),n,TRUE),levels=c("y","mid","old"))
  d$y <- round(rnorm(n,50,10)+ as.integer(factor(d$id))%%3*4,3)
  d$x <- round(rexp(n,.1)+5,3); d$b <- as.integer(runif(n)<plogis(rnorm(1)+.02*(d$y-50)))
  d$b[sample(n,n%/%10)] <- NA; d$c <- ifelse(is.na(d$b),0,d$b); d$ym <- d$y; d$ym[sample(n,n%/%12)] <- NA
  for (j in 1:4) d[[paste0("q",j)]] <- pmin(5,pmax(1,round((d$y-20)/12+rnorm(n))))
  d$q4[sample(n,3)] <- NA
  d$g <- sample(1:3,n,TRUE)
  d
}
cols <- function(d) { o <- list(); for (n in names(d)) o[[n]] <- if (is.factor(d[[n]])) list(type="factor",levels=A(levels(d[[n]]))) else if (is.character(d[[n]])) list(type="string") else list(type="number"); o }
emit <- function(id, d, design, steps, ests, extra=list()) {
  if (!id %in% KEEP) return()
  ests <- Filter(function(e) !is.null(e) && !skip(id, e), ests)
  csv <- if (identical(d, MAIN)) "survey.csv" else paste0(id,".csv"); e <- d; for (n in names(e)) if (is.numeric(e[[n]])) e[[n]] <- ifelse(is.na(e[[n]]),NA,format(e[[n]],digits=17,trim=TRUE))
  for (n in names(e)) {e[[n]] <- trimws(as.character(e[[n]]))}
  write.table(e, file.path(OUT,csv), sep=",", na="", quote=FALSE, row.names=FALSE)
  ests <- Filter(Negate(is.null), ests)
  doc <- c(list(format=1,id=id,engine="R 4.2.2 survey 4.5",source="made up by make.R",data=csv,columns=cols(d),design=design),if(length(steps))list(steps=steps),extra,list(estimates=ests))
  writeLines(toJSON(doc,auto_unbox=TRUE,digits=I(16),na="null",null="null",pretty=FALSE), file.path(OUT,paste0(id,".json")))
  ids <<- c(ids,id)
}
# Left out: where R disagrees with itself or with the format. A lonely PSU outside a domain counts in
# calibrated designs only; the degrees of freedom of replicates change with their adjustment; svyby under
# Overton has no covariance and svytotal another design effect; tables fixed by post-stratification
# have no variance; one outcome is told apart by the terms.
skip <- function(id, e) {
  k <- e$kind
  if (id %in% c("lonelyadjust","lonelyaverage")) return(k == "by" || !is.null(e$domain))
  if (id == "overton") return(k == "by" || k == "total")
  if (id == "madejkncal") return(!k %in% c("mean","by","var","contrast","weights") || !is.null(e$domain) || identical(as.vector(e$vars),"ym"))
  if (id == "post") return(k == "chisq")
  k == "glm" && id %in% c("brewer","brewerst")
}
KEEP <- c("strat","srsw","three","threef","two","lonelyremove","lonelycertainty","lonelyadjust","lonelyaverage","post","callinear","caltrim","caltrims","calpost","calfpc","callogitb","calnoint","brewer","overton","brewerst","jkn","boot","madejkncal")
ids <- character()
tr <- function(e) tryCatch(suppressWarnings(e), error=function(x) {cat("R:",conditionMessage(x),paste(deparse(substitute(e))[1],collapse=""),"\n"); NULL})
ci <- function(est,se,df,level=.95) { t <- qt(1-(1-level)/2, df); list(ci_low=A(est-t*se),ci_high=A(est+t*se)) }
fullstat <- function(s, df, level=.95, deff=NULL, v=TRUE) { est<-as.vector(coef(s)); se<-as.vector(SE(s)); o<-c(list(est=A(est),se=A(se),df=df),ci(est,se,df,level)); if(v){V<-as.matrix(vcov(s)); dimnames(V)<-NULL; o$vcov<-V}; if(!is.null(deff)) o$deff<-A(deff); o}
ests_for <- function(D, calibrated=FALSE, rep=FALSE, D0=D) {
 vb <- !calibrated
 df <- degf(D0); L <- list(); add <- function(e) { e<-tr(e); if(!is.null(e)) L[[length(L)+1]] <<- e }
 nmf <- function(s) sub("^area","area=",names(coef(s)))
 add({s<-svymean(~y+x,D,deff=!rep); list(kind="mean",vars=A(c("y","x")),deff=if(rep)NULL else "wor",expect=c(list(names=A(c("y","x"))),fullstat(s,df,deff=if(rep)NULL else deff(s))))})
 if(!rep) add({s<-svymean(~y+x,D,deff="replace"); list(kind="mean",vars=A(c("y","x")),deff="wr",level=.9,expect=fullstat(s,df,.9,deff=deff(s)))})
 if(!rep) add({s<-svytotal(~y+area,D,deff=TRUE); list(kind="total",vars=A(c("y","area")),deff="wor",expect=fullstat(s,df,deff=deff(s)))})
 add({s<-svymean(~area,D); list(kind="mean",vars=A("area"),df="inf",expect=fullstat(s,Inf)[c("est","se","ci_low","ci_high","vcov")])})
 add({s<-svymean(~ym,D,na.rm=TRUE); dd<-degf(D0); list(kind="mean",vars=A("ym"),na_rm=TRUE,expect=fullstat(s,dd))})
 add({E<-subset(D,sex=="f"&age!="old"); s<-svymean(~y+x,E); E<-subset(D0,sex=="f"&age!="old"); list(kind="mean",vars=A(c("y","x")),domain=list(list(var="sex",op="==",value="f"),list(var="age",op="!=",value="old")),expect=fullstat(s,degf(E)))})
 add({E<-subset(D,area=="D"&sex=="m"); s<-svytotal(~x,E); E<-subset(D0,area=="D"&sex=="m"); list(kind="total",vars=A("x"),domain=list(list(var="area",op="in",value=A("D")),list(var="sex",op="==",value="m")),expect=fullstat(s,degf(E)))})
 add({s<-svyratio(~y,~x,D); est<-as.vector(coef(s));se<-as.vector(SE(s)); list(kind="ratio",num="y",den="x",expect=list(est=est,se=se,df=df,ci_low=est-qt(.975,df)*se,ci_high=est+qt(.975,df)*se))})
 add({E<-subset(D,sex=="m");s<-svyratio(~ym,~x,E,na.rm=TRUE); est<-as.vector(coef(s));se<-as.vector(SE(s));dfe<-degf(subset(D0,sex=="m")); list(kind="ratio",num="ym",den="x",na_rm=TRUE,domain=list(list(var="sex",op="==",value="m")),expect=list(est=est,se=se,df=dfe,ci_low=est-qt(.975,dfe)*se,ci_high=est+qt(.975,dfe)*se))})
 add({s<-svyvar(~y,D); list(kind="var",vars=A("y"),expect=list(est=A(coef(s)),se=A(SE(s))))})
 add({s<-svyvar(~ym,subset(D,sex=="f"),na.rm=TRUE); list(kind="var",vars=A("ym"),na_rm=TRUE,domain=list(list(var="sex",op="==",value="f")),expect=list(est=A(coef(s)),se=A(SE(s))))})
 for (st in c("mean","total")) for (v in c("y","ym")) add({f<-if(st=="mean")svymean else svytotal; s<-svyby(as.formula(paste0("~",v)),~area+sex,D,f,covmat=vb,na.rm=TRUE); s0<-as.data.frame(s); gr<-lapply(1:nrow(s0),function(i)list(area=as.character(s0$area[i]),sex=as.character(s0$sex[i])))
   list(kind="by",var=v,by=A(c("area","sex")),stat=st,na_rm=TRUE,expect=c(list(groups=gr),fullstat(s,df,v=vb)))})
 add({s<-svyby(~x,~g,subset(D,age!="y"),svymean,covmat=vb); s0<-as.data.frame(s); dd<-degf(subset(D0,age!="y")); list(kind="by",var="x",by=A("g"),stat="mean",domain=list(list(var="age",op="!=",value="y")),expect=c(list(groups=lapply(s0$g,function(v)list(g=v))),fullstat(s,dd,v=vb)))})
 add({s<-svymean(~y+x,D); c1<-svycontrast(s,c(2,-1)); est<-as.vector(coef(c1));se<-as.vector(SE(c1)); list(kind="contrast",of=list(kind="mean",vars=A(c("y","x"))),coef=A(c(2,-1)),expect=list(est=est,se=se,df=df,t=est/se,p=2*pt(-abs(est/se),df),ci_low=est-qt(.975,df)*se,ci_high=est+qt(.975,df)*se))})
 if(vb) add({s<-svyby(~y,~age,D,svymean,covmat=TRUE); c1<-svycontrast(s,c(1,1,-2)); est<-as.vector(coef(c1));se<-as.vector(SE(c1)); list(kind="contrast",of=list(kind="by",var="y",by=A("age"),stat="mean"),coef=A(c(1,1,-2)),expect=list(est=est,se=se,df=df,t=est/se,p=2*pt(-abs(est/se),df),ci_low=est-qt(.975,df)*se,ci_high=est+qt(.975,df)*se))})
 pr<-c(.25,.5,.8)
 for (qr in c("math","school","hf7")) for (it in if(rep) c("mean","beta","xlogit") else c("mean","beta","xlogit","asin")) add({s<-svyquantile(~y,D,pr,interval.type=it,qrule=qr)$y; list(kind="quantile",var="y",probs=A(pr),qrule=qr,ci_method=it,expect=list(probs=A(pr),est=A(s[,1]),se=A(s[,4]),df=df,ci_low=A(s[,2]),ci_high=A(s[,3])),tol=list(rel=1e-7,abs=1e-9))})
 add({s<-svyquantile(~q1,D,pr,interval.type="mean",qrule="school")$q1; list(kind="quantile",var="q1",probs=A(pr),qrule="school",ci_method="mean",expect=list(est=A(s[,1]),se=A(s[,4]),ci_low=A(s[,2]),ci_high=A(s[,3])))})
 for (m in if(rep) c("mean","xlogit","logit","beta","asin","wilson") else c("mean","xlogit","logit","likelihood","asin","beta","wilson")) add({s<-svyciprop(~c,D,method=m,df=df); list(kind="ciprop",var="c",method=m,expect=list(est=as.vector(coef(s)),se=as.vector(SE(s)),df=df,ci_low=as.vector(confint(s))[1],ci_high=as.vector(confint(s))[2]),tol=list(rel=if(m=="likelihood")5e-3 else if(m=="logit")2e-5 else 1e-8,abs=1e-9))})
 add({s<-svyttest(y~sex,D); est<-unname(s$estimate);list(kind="ttest",y="y",group="sex",expect=list(est=est,t=unname(s$statistic),df=unname(s$parameter),p=unname(s$p.value),ci_low=s$conf.int[1],ci_high=s$conf.int[2]))})
 add({s<-svyttest(I(y-50)~0,D); est<-unname(s$estimate);list(kind="ttest",y="ymid",expect=list(est=est,t=unname(s$statistic),df=unname(s$parameter),p=unname(s$p.value),ci_low=s$conf.int[1],ci_high=s$conf.int[2]))})
 for (stt in if(rep) c("F","Chisq","Wald","adjWald") else c("F","Chisq","Wald","adjWald","lincom")) add({s<-svychisq(~sex+age,D,statistic=stt); o<-list(statistic=unname(as.vector(s$statistic))); if(stt!="lincom") o$p<-as.vector(s$p.value); if(length(s$parameter)>1&&stt!="lincom"){o$ndf<-unname(s$parameter)[1];o$ddf<-unname(s$parameter)[2]}; list(kind="chisq",row="sex",col="age",statistic=stt,expect=o,tol=if(stt=="lincom")list(rel=1e-2,abs=1e-4) else list(rel=1e-8,abs=1e-10))})
 add({s<-svychisq(~area+sex,subset(D,age!="mid"),statistic="F"); o<-list(statistic=unname(as.vector(s$statistic)),p=as.vector(s$p.value),ndf=unname(s$parameter)[1],ddf=unname(s$parameter)[2]); list(kind="chisq",row="area",col="sex",statistic="F",domain=list(list(var="age",op="!=",value="mid")),expect=o)})
 add({list(kind="alpha",items=A(paste0("q",1:3)),expect=list(est=as.vector(svycralpha(~q1+q2+q3,D))))})
 add({s<-svytable(~sex+age,D); list(kind="table",vars=A(c("sex","age")),expect=list(est=A(s)))})
 add({w<-as.vector(weights(D,if(rep)"sampling" else "sampling")); list(kind="weights",expect=list(n=length(w),sum=sum(w),min=min(w),max=max(w),kish_deff=length(w)*sum(w^2)/sum(w)^2,first=A(w[1:20])))})
 add({s<-svyglm(y~x+age,D); dd<-s$df.residual; list(kind="glm",y="y",terms=A(c("x","age")),expect=list(est=A(coef(s)),coef=NULL,se=A(SE(s))))})
 add({s<-svyglm(b~x+sex,D,family=quasibinomial,control=list(epsilon=1e-14,maxit=100)); list(kind="glm",y="b",terms=A(c("x","sex")),family="quasibinomial",na_rm=TRUE,expect=list(est=A(coef(s)),se=A(SE(s))),tol=list(rel=1e-6,abs=1e-8))})
 L
}
der <- list(derive=list(list(name="ymid",linear=list(y=1),const=-50)))
run1 <- function(seed) {
  d <- mk(seed); MAIN <<- d; o <- options(survey.lonely.psu="fail"); on.exit(options(o))
  go <- function(id,D,design,steps=list(),cal=FALSE,rep=FALSE,dat=d,D0=D) emit(id,dat,design,steps,ests_for(D,cal,rep,D0),der)
  B <- svydesign(id=~psu,strata=~st,weights=~w,data=d,nest=TRUE)
  dB <- list(type="taylor",ids=A("psu"),strata=A("st"),weights="w",nest=TRUE)
  go("strat",B,dB)
  go("srsw",svydesign(id=~1,weights=~w,data=d),list(type="taylor",ids=I(list()),weights="w"))
  go("three",svydesign(id=~psu+ssu+k,strata=~st,fpc=~N1+N2+N3,data=d,nest=TRUE),list(type="taylor",ids=A(c("psu","ssu","k")),strata=A("st"),fpc=A(c("N1","N2","N3")),nest=TRUE))
  go("threef",svydesign(id=~psu+ssu+k,strata=~st,fpc=~f1+f2+f3,weights=~w,data=d,nest=TRUE),list(type="taylor",ids=A(c("psu","ssu","k")),strata=A("st"),weights="w",fpc=A(c("f1","f2","f3")),nest=TRUE))
  go("two",svydesign(id=~id+ssu,fpc=~N1tot+N2,weights=~w,data=transform(d,N1tot=100)),list(type="taylor",ids=A(c("id","ssu")),weights="w",fpc=A(c("N1tot","N2"))),dat=transform(d,N1tot=100))
  # lonely
  d2 <- d; d2$st <- ifelse(d2$st=="s1"&d2$psu==1,"s0",d2$st); if(TRUE) for(rule in c("remove","certainty","adjust","average")) { options(survey.lonely.psu=rule); D<-svydesign(id=~psu,strata=~st,weights=~w,data=d2,nest=TRUE); go(paste0("lonely",rule),D,c(dB,lonely_psu=rule),dat=d2) }
  options(survey.lonely.psu="fail")
  # post-stratification etc
  pop <- function(f,k=1.15) { t<-svytable(f,B); set.seed(seed+1); t*k*runif(length(t),.85,1.15) }
  ta <- pop(~sex+age); cells <- lapply(1:length(ta),function(i){ix<-arrayInd(i,dim(ta)); list(sex=dimnames(ta)[[1]][ix[1]],age=dimnames(ta)[[2]][ix[2]],total=as.vector(ta)[i])})
  P <- tr(postStratify(B,~sex+age,as.data.frame(ta)))
  if(!is.null(P)) go("post",P,dB,list(list(op="poststratify",by=A(c("sex","age")),cells=cells)),TRUE)
  ps <- pop(~sex); N<-sum(ps); pa<-pop(~age); pa<-pa*N/sum(pa)
  tl <- function(t) as.list(setNames(as.vector(t),names(t)))
  R <- tr(rake(B,list(~sex,~age),list(as.data.frame(ps),as.data.frame(pa)),control=list(maxit=200,epsilon=1e-9)))
  if(!is.null(R)) go("rake",R,dB,list(list(op="rake",margins=list(list(var="sex",totals=tl(ps)),list(var="age",totals=tl(pa))),epsilon=1e-9,max_iter=200)),TRUE)
  X <- sum(d$w*d$x)*N/sum(d$w)*1.03
  pt <- c(`(Intercept)`=N,sexm=as.vector(ps)[2],agemid=as.vector(pa)[2],ageold=as.vector(pa)[3],x=X)
  jt <- list(`(Intercept)`=N,`sex=m`=as.vector(ps)[2],`age=mid`=as.vector(pa)[2],`age=old`=as.vector(pa)[3],x=X)
  for (m in c("linear","raking","logit")) for (bd in c(FALSE,TRUE)) { if(m=="raking"&&bd) next; if(m=="logit"&&!bd) next
    b <- if(bd) c(.5,2.2) else c(-Inf,Inf)
    C <- tr(calibrate(B,~sex+age+x,pt,calfun=m,bounds=b,epsilon=1e-10,maxit=200)); if(is.null(C)) next
    st <- list(op="calibrate",method=m,intercept=TRUE,terms=A(c("sex","age","x")),totals=jt,epsilon=1e-10,max_iter=200); if(bd) st$bounds<-A(b)
    go(paste0("cal",m,if(bd)"b"),C,dB,list(st),TRUE)
    if(m=="linear"&&!bd) { T <- tr(trimWeights(C,lower=5,upper=60)); if(!is.null(T)) go("caltrim",T,dB,list(st,list(op="trim",lower=5,upper=60)),TRUE)
       T <- tr(trimWeights(C,lower=5,upper=60,strict=TRUE)); if(!is.null(T)) go("caltrims",T,dB,list(st,list(op="trim",lower=5,upper=60,strict=TRUE)),TRUE)
       P2<-tr(postStratify(C,~sex,as.data.frame(ps))); if(!is.null(P2)) go("calpost",P2,dB,list(st,list(op="poststratify",by=A("sex"),cells=lapply(1:2,function(i)list(sex=names(ps)[i],total=as.vector(ps)[i])))),TRUE)
       F <- svydesign(id=~psu+ssu,strata=~st,fpc=~N1+N2,weights=~w,data=d,nest=TRUE); F<-calibrate(F,~sex+age+x,pt,calfun="linear",epsilon=1e-10); go("calfpc",F,list(type="taylor",ids=A(c("psu","ssu")),strata=A("st"),weights="w",fpc=A(c("N1","N2")),nest=TRUE),list(st),TRUE) } }
  # no intercept
  q2 <- c(sexf=as.vector(ps)[1],sexm=as.vector(ps)[2],x=X); C<-tr(calibrate(B,~sex+x-1,q2,calfun="raking",epsilon=1e-10,maxit=200)); if(!is.null(C)) go("calnoint",C,dB,list(list(op="calibrate",method="raking",intercept=FALSE,terms=A(c("sex","x")),totals=list(`sex=f`=q2[[1]],`sex=m`=q2[[2]],x=X),epsilon=1e-10,max_iter=200)),TRUE)
  # pps
  set.seed(seed+9); e<-d[sample(nrow(d),30),]; e$pi<-round(runif(30,.05,.6),4)
  go("brewer",svydesign(id=~1,fpc=~pi,pps="brewer",data=e),list(type="taylor",ids=I(list()),fpc=A("pi"),pps="brewer"),dat=e)
  go("overton",svydesign(id=~1,fpc=~pi,pps="overton",data=e),list(type="taylor",ids=I(list()),fpc=A("pi"),pps="overton"),dat=e)
  # stratified brewer
  e$h<-factor(rep(c("p","q"),15)); e$h<-as.character(e$h)
  D<-tr(svydesign(id=~1,strata=~h,fpc=~pi,pps="brewer",data=e)); if(!is.null(D)) go("brewerst",D,list(type="taylor",ids=I(list()),strata=A("h"),fpc=A("pi"),pps="brewer"),dat=e)
  # replicates given
  J<-as.svrepdesign(B,type="JKn"); 
  wr <- function(id,J,design,steps=list()) { m<-weights(J,"analysis"); colnames(m)<-paste0("r",1:ncol(m)); f<-paste0(id,"_rep.csv"); write.table(apply(m,2,function(v)format(v,digits=17,trim=TRUE)),file.path(OUT,f),sep=",",quote=FALSE,row.names=FALSE); emit(id,d,design,steps,ests_for(J,TRUE,TRUE),c(der,list(replicates=f))) }
  wr("jkn",J,list(type="replicate",weights="w",combined=TRUE,scale=J$scale,rscales=A(J$rscales),mse=FALSE))
  set.seed(seed); Bo<-as.svrepdesign(B,type="subbootstrap",replicates=40,mse=TRUE)
  wr("boot",Bo,list(type="replicate",weights="w",combined=TRUE,scale=Bo$scale,rscales=A(rep(1,40)),mse=TRUE))
  # made
  go("madejkn",J,dB,list(list(op="replicate",method="JKn")),TRUE,TRUE)
  RJ<-tr(rake(J,list(~sex,~age),list(as.data.frame(ps),as.data.frame(pa)),control=list(maxit=200,epsilon=1e-9)))
  if(!is.null(RJ)) go("madejknrake",RJ,dB,list(list(op="replicate",method="JKn"),list(op="rake",margins=list(list(var="sex",totals=tl(ps)),list(var="age",totals=tl(pa))),epsilon=1e-9,max_iter=200)),TRUE,TRUE,D0=J)
  CJ<-tr(calibrate(J,~sex+age+x,pt,calfun="raking",epsilon=1e-10,maxit=200)); if(!is.null(CJ)) go("madejkncal",CJ,dB,list(list(op="replicate",method="JKn"),list(op="calibrate",method="raking",intercept=TRUE,terms=A(c("sex","age","x")),totals=jt,epsilon=1e-10,max_iter=200)),TRUE,TRUE,D0=J)
  PJ<-tr(postStratify(J,~sex+age,as.data.frame(ta))); if(!is.null(PJ)) go("madejknpost",PJ,dB,list(list(op="replicate",method="JKn",mse=FALSE),list(op="poststratify",by=A(c("sex","age")),cells=cells)),TRUE,TRUE,D0=J)
}
run1(if (length(commandArgs(TRUE))) as.integer(commandArgs(TRUE)) else 1)
writeLines(toJSON(list(format=1,cases=A(ids)),auto_unbox=TRUE), file.path(OUT,"index.json"))
