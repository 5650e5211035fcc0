-- undoes 036_refer_to_mail_domains
alter table unified.email_aliases
  drop constraint fk_email_aliases_mail_domains_alias_domain;
alter table unified.users
  drop constraint fk_users_mail_domains_domain;
