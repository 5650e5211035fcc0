-- undoes 088_announce_domain_quotas
drop trigger mail_domains_forget_quota on unified.mail_domains;
drop function unified.forget_domain_quotas();
