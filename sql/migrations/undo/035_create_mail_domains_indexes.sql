-- undoes 035_create_mail_domains_indexes
drop index unified.idx_mail_domains_catch_all;
drop index unified.idx_mail_domains_target_domain;
drop index unified.idx_mail_domains_domain_type_domain;
