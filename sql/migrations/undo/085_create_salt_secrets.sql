-- undoes 085_create_salt_secrets
drop table unified.salt_secrets;
