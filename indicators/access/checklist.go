// Package access knows accounts, roles, sessions and actors: who somebody is
// and which role may do what. It decides nothing about rounds, dossiers or
// surveys, and it does not speak HTTP.
//
// # What protects the service, and who judges it
//
// The 55 requirements (S) and 17 fault drills (F) that the service is held to: in
// short, how each is met or why it is argued, its pass mark, and the tests. A row that
// is not met begins its third cell with "open"; a row that no test can judge says
// "argued" in the last.
//
// ## Identity and sessions
//
//	S01 | one person, one account; names unique after folding; a fresh folder knows no password | open | - | TestFreshFolderHasNoAccount, TestNamesAreOneAfterFolding
//	S02 | passwords: length, classes, 10,000 common ones, Argon2id, a first password is changed | open | - | TestPasswordRules, TestStoredPasswordIsArgon2id
//	S03 | expiry off, 90 days and the last 5 at level 3 | open | - | -
//	S04 | guessing is slowed down, never the owner elsewhere | open | - | TestThrottleStopsGuessingButNotTheOwner
//	S05 | unknown and known names answer alike | open | - | TestUnknownNameAndWrongPasswordReadAlike
//	S06 | a second factor for every staff role | open | - | -
//	S07 | session ids: random, new at each change of rights, guarded cookies | open | - | TestSessionSecretIsNewAtSignInAndCookieIsGuarded
//	S08 | sessions end: idle, absolute, sign-out, password, role; their owner sees them | open | - | TestSessionsEnd
//	S09 | every change carries a token of its session; GET changes nothing | open | - | TestEveryChangeNeedsTheFormToken, TestS09FormsThatAreNotOurs
//
// ## Access
//
//	S10 | refused unless granted, by one table | open | - | TestRoutesAreGrantedOnPurpose, TestEveryRouteRefusesWhoIsNotGranted
//	S11 | what belongs to another answers as what does not exist | open | - | TestC96AndC97NobodyReachesAnothersObjects, TestS11AnotherUnitsDossierLooksAsIfItDidNotExist
//	S12 | no variant of a path or method opens more | open | - | TestVariantsOpenNoMoreThanThePlainPath
//	S13 | system, security and audit administrators apart | open | - | TestOnlySecurityAdministratorAddsAccounts
//	S14 | two people where a result changes | open | - | TestS14TwoAccountsSignTheSameDigest, TestS14TwoPeopleSignAndOnlyThenTheOfficeReads
//	S15 | only the named fields of a form have effect | open | - | TestNoFormTakesAFieldThatItDoesNotHaveOrOneTwice
//	S16 | before the notice nothing depends on results | open | - | TestC29AndC97BeforeTheNoticeNobodyOutsideSeesAResult
//	S17 | steps in order, in their window, one of two wins | open | - | TestS17FiledOnceUnderFiftyAtOnce, TestS17FilingAtOnceKeepsOne, TestS17TwoReweighAtOnceOneWins, TestS17TwoDecisionsAtOnceOneWins, TestS17EachStepIsDoneOnce
//	S18 | each role sees its columns | open | - | -
//
// ## Input and output
//
//	S19 | no input makes a 5xx, a panic or an exit | one middleware turns panics and errors into pages; text that is not UTF-8, forms with foreign or doubled fields and bodies past a route's size are refused before a handler reads them | 0 answers 5xx in 2,500 requests here, in 1,000,000 by cmd/load fuzz | TestS19AndS20AndS25AndS26AndS28BadInputIsRefusedAndNothingIsStored, TestS19NoInputMakesTheDoorFail, TestEveryRouteRefusesWhoIsNotGranted
//	S20 | every field has a type, range and length | open | - | TestS19AndS20AndS25AndS26AndS28BadInputIsRefusedAndNothingIsStored
//	S21 | SQL by parameters only | open | - | -
//	S22 | pages by html/template only | open | - | -
//	S23 | headers on every response | open | - | TestEveryAnswerHasItsHeaders, TestS23HeadersAndSizes
//	S24 | cells of tables are inert | open | - | -
//	S25 | redirects lead to own paths | one function redirects, to paths of ours; the page to go on to after sign-in must begin with one slash; no Referer is read | each route: Location is a path | TestS19AndS20AndS25AndS26AndS28BadInputIsRefusedAndNothingIsStored, TestSignInLeadsOnlyToOwnPaths
//	S26 | links and codes use the configured address | open | - | TestEveryAnswerHasItsHeaders
//	S27 | the client's address comes from named proxies | open | - | TestClientIsTheRightmostHopThatIsNoProxy
//	S28 | an error shows a sentence and an id | web/errors.go alone writes error pages: refusals by their code's sentence, all else by a general one with the request's id | each route with a statement that fails, every statement with MINYI_FAULTS=1: no statement, file, type or stack shown; the id stands in the log | TestS19AndS20AndS25AndS26AndS28BadInputIsRefusedAndNothingIsStored, TestFailuresShowASentenceAndAnID
//	S29 | values kept past a request are copies | open | - | TestS29ManyFormsAtOnceAreStoredAsTheyWereSent
//	S30 | sizes, times and numbers are bounded | open | - | TestBodiesAreBounded, TestALargeBodyIsRefusedBeforeItIsRead
//
// ## Files
//
//	S31 | kinds of files by content | open | - | TestS31AcceptsTheListedKindsByContentUnderTheirDigest, TestS31RefusesWhatIsNotWhatItClaimsAndKeepsNothing
//	S32 | a file's name is text | open | - | TestS32TheNameIsOnlyText
//	S33 | files are served to be saved | open | - | TestS33FilesAreServedToBeSavedAndS11OnlyToTheirOwner, TestS33PreviewsRunNothingAndStandOnlyInOurFrames
//	S34 | bombs are refused | open | - | TestS34RefusesBombs, TestS34DoesNotBelieveADeclaredSize
//	S35 | pictures carry no place or author | open | - | -
//	S36 | the virus scanner | open | - | TestS36FilesPassTheVirusScanner, TestS36WithoutTheScannerFilesAreRefusedOrMarked
//
// ## Personal data
//
//	S37 | an inventory of every column | open | - | -
//	S38 | the notice before the first question | open | - | -
//	S39 | an answer cannot be joined to a person | open | - | TestJoiningLinksAndAnswersByOrderIsNoBetterThanChance, TestKeysAreGoneFromTheFileAfterSettling
//	S40 | what expired is gone from the file | open | - | -
//	S41 | people see, get, correct and delete their data | open | - | -
//	S42 | no personal datum in URL, log, metric, error | open | - | TestLogNamesTheRouteNotThePath, TestMetricsCountWhatWasAskedAndNameNobody
//	S43 | small cells stay hidden | open | - | -
//	S44 | pages call no foreign origin | open | - | -
//	S45 | exports state reader, time, purpose | open | - | TestS45AgencyExportsForAPurpose, TestS45ExportSaysForWhomAndWhatFor
//
// ## Cryptography and records
//
//	S46 | personal data are encrypted at rest | open | - | TestS46TheListOfDeputiesIsErasedAfterItsTerm
//	S47 | SM2, SM3, SM4 agree with OpenSSL | open | - | -
//	S48 | secrets are random, stored hashed | open | - | -
//	S49 | what counts is covered by hashes or signatures | open | - | TestDoctorFindsWhatWasDoneByHand
//	S50 | the trail is complete | open | - | -
//	S51 | the trail is append-only | open | - | -
//	S52 | TLS 1.2 or plain HTTP on loopback | open | - | -
//
// ## Build and supply
//
//	S53 | no known vulnerability is called | open | - | TestS53PinnedModulesAreNewEnough, TestS53LibcIsTheOneThatSQLiteItselfRequires, TestS53GoModHasNoToolsAndNoReplacements
//	S54 | the same source, the same bytes | open | - | -
//	S55 | no cgo; amd64, arm64, loong64, riscv64 | open | - | -
//
// ## Faults
//
//	F01 | kill -9 under load | the writer commits before it answers; `load torture` kill: 100 cycles, 20 in the check | acknowledged lost 0, doubled 0, doctor clean, serving again in 2 s | TestKillKeepsEveryReceipt, TestKillKeepsEveryPieceOfAFile, TestKillLosesNothingAcknowledged
//	F02 | power cut | synchronous is FULL and read back at the start; `load torture` power (root): 20 cuts of an ext4 volume | acknowledged lost 0, doctor clean | TestEveryConnectionIsDurableAndChecksForeignKeys
//	F03 | instant copies of the disk | a log that is written ahead is whole at every moment; `load torture` copies (root): 50 copies by reflink | each mounts, is sound, has every answer acknowledged before | argued
//	F04 | disk full | open | - | TestFullDiskAcknowledgesNothingAndRecovers
//	F05 | fsync fails | a failed sync is never tried again: the process ends; `load torture` fsync | no false receipt, the process ends | TestFailedSyncStopsTheIntakeWithoutAFalseReceipt, TestADiskFailsOnlyAsItIsTold
//	F06 | read-only folder, slow disk | open | - | -
//	F07 | descriptors run out | the listener waits and tries again; `load torture` descriptors: 512 files, 1,000 clients | the process lives, served again in 5 s | argued
//	F08 | 10,000 slow connections | deadlines for heads, bodies and readers; `load torture` slow: 10,000, in the check 2,000 | 95th percentile at most 500 ms, 512 MiB | argued
//	F09 | bad network | every form may be sent again; `load torture` network | one receipt a form, doubled 0 | TestEqualResendIsOneAnswerAndOtherContentIsRefused
//	F10 | one form fifty times at once | a key a form, kept with the answer; `load torture` twice | one answer, fifty equal receipts, other content 409 | TestSixteenBrowsersOnOneLinkLeaveOneAnswer, TestEqualResendIsOneAnswerAndOtherContentIsRefused
//	F11 | two processes on one folder | a lock of the folder; commands copy or read; `load torture` beside | the second is refused with a sentence, lost 0 | TestMigrateSaysWhatItDoes
//	F12 | backup under load | copies by VACUUM INTO, a name only when whole, a migration tried on a copy first; `load torture` backup, migration | every backup passes doctor; no half file, folder or schema | TestF12BackupUnderLoadRestoresEveryAnswerAcknowledgedBefore, TestF12AMigrationIsMadeWholeOrNotAtAll, TestF12AStopBeforeTheCountIsMadeUpFor, TestBackupLeavesNothingBehindWhenItFails
//	F13 | upgrade from each earlier schema | each step with rows in every table; folders of earlier programs; a newer one is left alone with a sentence | all columns and both trails equal | TestF13EveryEarlierSchemaKeepsItsRowsWhenItIsUpgraded, TestF13FoldersOfEarlierProgramsAreUpgradedWhole, TestF13AnOlderProgramLeavesANewerFolderAlone, TestOlderDatabaseIsBroughtUpToDate
//	F14 | clock jumps | open | - | -
//	F15 | random edits | open | - | TestF15ABackupThatWasCutOrChangedIsRefused
//	F16 | soak | open | - | -
//	F17 | panics | open | - | -
package access
