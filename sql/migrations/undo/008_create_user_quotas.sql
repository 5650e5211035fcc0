-- undoes 008_create_user_quotas
drop table unified.user_quotas;
