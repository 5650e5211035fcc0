-- undoes 069_announce_certificates
drop trigger certificates_forget_truncate on unified.certificates;
drop trigger certificates_forget_delete on unified.certificates;
drop trigger certificates_forget_update on unified.certificates;
drop trigger certificates_forget_insert on unified.certificates;
drop function unified.forget_certificates();
drop index unified.idx_certificates_domain_subject_alt_names;
