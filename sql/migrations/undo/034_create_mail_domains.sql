-- undoes 034_create_mail_domains
drop table unified.mail_domains;
