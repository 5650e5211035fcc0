-- 036_refer_to_mail_domains
-- purpose:  mailboxes and aliases only in domains that exist
-- locks:    share row exclusive on users, email_aliases and mail_domains while checking every row
-- breaking: no
-- loses:    nothing; a domain can then be removed from under its users

alter table unified.users
  add constraint fk_users_mail_domains_domain
  foreign key (domain) references unified.mail_domains (domain);

alter table unified.email_aliases
  add constraint fk_email_aliases_mail_domains_alias_domain
  foreign key (alias_domain) references unified.mail_domains (domain);
