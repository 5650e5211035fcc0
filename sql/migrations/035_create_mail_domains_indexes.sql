-- 035_create_mail_domains_indexes
-- purpose:  the domain of a catch-all key; the alias domains of a domain; the domains of a kind
-- locks:    share on unified.mail_domains while building
-- breaking: no
-- loses:    nothing

-- A domain is found through mail_domains_domain_unique.

create index idx_mail_domains_catch_all
on unified.mail_domains (catch_all);

create index idx_mail_domains_target_domain
on unified.mail_domains (target_domain)
where target_domain is not null;

create index idx_mail_domains_domain_type_domain
on unified.mail_domains (domain_type, domain);
