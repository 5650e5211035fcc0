-- undoes 067_create_srs_secrets
drop table unified.srs_secrets;
drop function unified.forget_srs_secrets();
