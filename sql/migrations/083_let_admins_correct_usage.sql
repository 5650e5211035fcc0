-- 083_let_admins_correct_usage
-- purpose:  `dovetail quota recount` writes what Dovecot counts, as an administrator without the daemon's rights
-- locks:    none
-- breaking: no
-- loses:    nothing

select unified.grant_to('dovetail_admin', 'execute on function '
  'unified.correct_usage(text[], bigint[], bigint[], smallint[], double precision)');
