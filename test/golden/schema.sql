-- The catalog that sql/ makes, for people who review a change of the schema and for the test that
-- compares it. Made by:  npx vitest run test/integration/schema/golden.test.ts --update

-- columns

access_entries.id bigint not null generated always as identity
access_entries.user_id bigint
access_entries.domain text
access_entries.side text not null
access_entries.pattern text not null
access_entries.verdict text not null
access_entries.note text
access_entries.expires_at timestamp with time zone
access_entries.created_at timestamp with time zone not null default now()
access_entries.updated_at timestamp with time zone not null default now()
access_entries.network cidr generated as (
CASE
    WHEN (side = 'client'::text) THEN (pattern)::cidr
    ELSE NULL::cidr
END)
access_entries.lookup_key text generated as (((side || ' '::text) || pattern))
apache_auth.username text
apache_auth.password text
apache_auth.role text
apache_auth.email text
app_password_rules.id bigint not null generated always as identity
app_password_rules.user_id bigint
app_password_rules.domain text
app_password_rules.role_name text
app_password_rules.created_at timestamp with time zone not null default now()
app_password_rules.updated_at timestamp with time zone not null default now()
audit_log.id bigint not null generated always as identity
audit_log.user_id bigint
audit_log.session_id text
audit_log.service text not null
audit_log.action text not null
audit_log.resource text
audit_log.resource_id text
audit_log.ip_address inet
audit_log.user_agent text
audit_log.request_method text
audit_log.request_path text
audit_log.success boolean not null default true
audit_log.status_code integer
audit_log.error_message text
audit_log.additional_data jsonb not null default '{}'::jsonb
audit_log.duration_ms integer
audit_log.created_at timestamp with time zone not null default now()
audit_summary.hour timestamp with time zone
audit_summary.service text
audit_summary.action text
audit_summary.success boolean
audit_summary.entries bigint
audit_summary.users bigint
audit_summary.addresses bigint
certificate_file_status.id bigint
certificate_file_status.certificate_id bigint
certificate_file_status.domain text
certificate_file_status.file_type text
certificate_file_status.file_path text
certificate_file_status.file_size bigint
certificate_file_status.file_checksum text
certificate_file_status.file_permissions text
certificate_file_status.last_verified timestamp with time zone
certificate_file_status.verification_status text
certificate_file_status.verification_error text
certificate_files.id bigint not null generated always as identity
certificate_files.certificate_id bigint not null
certificate_files.file_type text not null
certificate_files.file_path text not null
certificate_files.file_size bigint
certificate_files.file_checksum text
certificate_files.file_permissions text
certificate_files.last_verified timestamp with time zone
certificate_files.verification_status text not null default 'unverified'::text
certificate_files.verification_error text
certificate_files.created_at timestamp with time zone not null default now()
certificate_files.updated_at timestamp with time zone not null default now()
certificate_notifications.id bigint not null generated always as identity
certificate_notifications.certificate_id bigint
certificate_notifications.notification_type text not null
certificate_notifications.message text not null
certificate_notifications.notification_data jsonb not null default '{}'::jsonb
certificate_notifications.processed_at timestamp with time zone
certificate_notifications.processed_by text
certificate_notifications.error_message text
certificate_notifications.retry_count integer not null default 0
certificate_notifications.next_retry_at timestamp with time zone
certificate_notifications.created_at timestamp with time zone not null default now()
certificate_renewals.id bigint not null generated always as identity
certificate_renewals.certificate_id bigint not null
certificate_renewals.scheduled_at timestamp with time zone not null default now()
certificate_renewals.started_at timestamp with time zone
certificate_renewals.completed_at timestamp with time zone
certificate_renewals.renewal_method text not null default 'automatic'::text
certificate_renewals.success boolean
certificate_renewals.error_message text
certificate_renewals.old_not_after timestamp with time zone
certificate_renewals.new_not_after timestamp with time zone
certificate_renewals.triggered_by text
certificate_renewals.renewal_logs text
certificate_renewals.duration_seconds integer
certificate_renewals.created_at timestamp with time zone not null default now()
certificate_status.id bigint
certificate_status.domain text
certificate_status.certificate_type text
certificate_status.subject_alt_names text[]
certificate_status.issuer text
certificate_status.not_before timestamp with time zone
certificate_status.not_after timestamp with time zone
certificate_status.time_left interval
certificate_status.days_left integer
certificate_status.expiry_status text
certificate_status.certificate_path text
certificate_status.private_key_path text
certificate_status.chain_path text
certificate_status.fullchain_path text
certificate_status.is_active boolean
certificate_status.auto_renew boolean
certificate_status.renewal_attempts integer
certificate_status.last_renewal_attempt timestamp with time zone
certificate_status.last_renewal_success timestamp with time zone
certificate_status.renewal_error_message text
certificate_status.recent_failed_renewals bigint
certificates.id bigint not null generated always as identity
certificates.domain text not null
certificates.certificate_type text not null
certificates.subject_alt_names text[] not null default '{}'::text[]
certificates.issuer text
certificates.subject text
certificates.not_before timestamp with time zone
certificates.not_after timestamp with time zone
certificates.certificate_path text
certificates.private_key_path text
certificates.chain_path text
certificates.fullchain_path text
certificates.is_active boolean not null default true
certificates.auto_renew boolean not null default true
certificates.renewal_attempts integer not null default 0
certificates.last_renewal_attempt timestamp with time zone
certificates.last_renewal_success timestamp with time zone
certificates.renewal_error_message text
certificates.acme_account_key_path text
certificates.acme_staging boolean not null default false
certificates.acme_challenge_type text
certificates.created_by bigint
certificates.created_at timestamp with time zone not null default now()
certificates.updated_at timestamp with time zone not null default now()
dns_records.id bigint not null generated always as identity
dns_records.domain text not null
dns_records.name text not null default '@'::text
dns_records.fqdn text generated as (
CASE name
    WHEN '@'::text THEN domain
    ELSE ((name || '.'::text) || domain)
END)
dns_records.record_type text not null
dns_records.value text not null
dns_records.ttl integer
dns_records.priority integer
dns_records.weight integer
dns_records.port integer
dns_records.is_active boolean not null default true
dns_records.is_system_record boolean not null default false
dns_records.created_at timestamp with time zone not null default now()
dns_records.updated_at timestamp with time zone not null default now()
dns_zone_records.zone text
dns_zone_records.place integer
dns_zone_records.name text
dns_zone_records.ttl integer
dns_zone_records.type text
dns_zone_records.data text
dns_zone_records.line text
dns_zones.id bigint not null generated always as identity
dns_zones.domain text not null
dns_zones.serial_number bigint not null default 1
dns_zones.refresh_interval integer not null default 7200
dns_zones.retry_interval integer not null default 1800
dns_zones.expire_interval integer not null default 1209600
dns_zones.minimum_ttl integer not null default 3600
dns_zones.primary_ns text not null
dns_zones.admin_email text not null
dns_zones.is_active boolean not null default true
dns_zones.zone_type text not null default 'master'::text
dns_zones.created_at timestamp with time zone not null default now()
dns_zones.updated_at timestamp with time zone not null default now()
domain_quota_status.domain text
domain_quota_status.limit bigint
domain_quota_status.usage bigint
domain_quota_status.percent numeric
domain_quota_status.is_exceeded boolean
dovecot_auth.username text
dovecot_auth.domain text
dovecot_auth.user text
dovecot_auth.service text
dovecot_auth.label text
dovecot_auth.password text
dovecot_auth.scheme text
dovecot_auth.expires_at timestamp with time zone
dovecot_auth.must_change boolean
dovecot_auth.user_id bigint
dovecot_auth.password_id bigint
dovecot_auth.changes_at timestamp with time zone
dovecot_auth.allow_nets text
dovecot_iterate.user text
dovecot_iterate.domain text
dovecot_users.username text
dovecot_users.domain text
dovecot_users.user text
dovecot_users.home text
dovecot_users.uid integer
dovecot_users.gid integer
dovecot_users.mailbox_format text
dovecot_users.mail text
dovecot_users.mail_driver text
dovecot_users.mail_path text
dovecot_users.quota_bytes bigint
dovecot_users.quota_messages bigint
dovecot_users.user_id bigint
dovecot_users.changes_at timestamp with time zone
email_aliases.id bigint not null generated always as identity
email_aliases.user_id bigint
email_aliases.alias_email text not null
email_aliases.alias_domain text generated as ("substring"(alias_email, '[^@]+$'::text))
email_aliases.destination_email text not null
email_aliases.is_primary boolean not null default false
email_aliases.is_active boolean not null default true
email_aliases.is_catch_all boolean not null
email_aliases.may_send_as boolean not null default true
email_aliases.allowed_senders text not null default 'public'::text
email_aliases.expires_at timestamp with time zone
email_aliases.description text
email_aliases.created_at timestamp with time zone not null default now()
email_aliases.updated_at timestamp with time zone not null default now()
greylist_entries.id bigint not null generated always as identity
greylist_entries.key uuid not null
greylist_entries.kind text not null
greylist_entries.network cidr
greylist_entries.sender text
greylist_entries.recipient text
greylist_entries.passes integer not null default 0
greylist_entries.first_seen_at timestamp with time zone not null
greylist_entries.seen_at timestamp with time zone not null
greylist_entries.expires_at timestamp with time zone not null
lookup_access.key text
lookup_access.owner text
lookup_access.verdict text
lookup_access.changes_at timestamp with time zone
lookup_addresses.address text
lookup_addresses.kind text
lookup_addresses.value text
lookup_addresses.login text
lookup_addresses.is_usable boolean
lookup_addresses.changes_at timestamp with time zone
lookup_addresses.sort bigint
lookup_addresses.allowed_senders text
lookup_certificates.id bigint
lookup_certificates.names text[]
lookup_certificates.private_key_path text
lookup_certificates.certificate_path text
lookup_certificates.chain_path text
lookup_certificates.not_after timestamp with time zone
lookup_certificates.changes_at timestamp with time zone
lookup_client_access.network cidr
lookup_client_access.owner text
lookup_client_access.verdict text
lookup_client_access.changes_at timestamp with time zone
lookup_credentials.username text
lookup_credentials.user text
lookup_credentials.user_id bigint
lookup_credentials.password_id bigint
lookup_credentials.service text
lookup_credentials.label text
lookup_credentials.password text
lookup_credentials.must_change boolean
lookup_credentials.is_expired boolean
lookup_credentials.is_replaced boolean
lookup_credentials.allowed_networks text[]
lookup_credentials.changed_at timestamp with time zone
lookup_credentials.is_suspended boolean
lookup_credentials.restored_at timestamp with time zone
lookup_credentials.changes_at timestamp with time zone
lookup_domains.domain text
lookup_domains.domain_type text
lookup_domains.target_domain text
lookup_domains.is_usable boolean
lookup_domains.changes_at timestamp with time zone
lookup_entries.key text
lookup_entries.map text
lookup_entries.value text
lookup_greylist.key uuid
lookup_greylist.kind text
lookup_greylist.passes integer
lookup_greylist.first_seen_at timestamp with time zone
lookup_greylist.changes_at timestamp with time zone
lookup_logins.username text
lookup_logins.user text
lookup_logins.email text
lookup_logins.domain text
lookup_logins.user_id bigint
lookup_logins.is_usable boolean
lookup_logins.changes_at timestamp with time zone
lookup_quotas.address text
lookup_quotas.login text
lookup_quotas.storage_limit bigint
lookup_quotas.storage_usage bigint
lookup_quotas.messages_limit bigint
lookup_quotas.messages_usage bigint
lookup_quotas.full_for double precision
lookup_quotas.domain_limit bigint
lookup_quotas.domain_usage bigint
lookup_quotas.domain text
lookup_rate_limits.username text
lookup_rate_limits.user text
lookup_rate_limits.domain text
lookup_rate_limits.counted_by text
lookup_rate_limits.counter text
lookup_rate_limits.window_seconds integer
lookup_rate_limits.max_count bigint
lookup_rate_limits.is_permanent boolean
lookup_rate_limits.suspends boolean
lookup_salt_secret.secret bytea
lookup_salts.username text
lookup_salts.user text
lookup_salts.user_id bigint
lookup_salts.password_id bigint
lookup_salts.service text
lookup_salts.label text
lookup_salts.password text
lookup_salts.must_change boolean
lookup_salts.is_expired boolean
lookup_salts.is_replaced boolean
lookup_salts.allowed_networks text[]
lookup_salts.changed_at timestamp with time zone
lookup_salts.is_suspended boolean
lookup_salts.restored_at timestamp with time zone
lookup_salts.changes_at timestamp with time zone
lookup_secret_entries.key text
lookup_secret_entries.map text
lookup_secret_entries.value text
lookup_senders.sender text
lookup_senders.login text
lookup_senders.is_usable boolean
lookup_senders.changes_at timestamp with time zone
lookup_srs_secrets.id bigint
lookup_srs_secrets.secret text
lookup_srs_secrets.changes_at timestamp with time zone
mail_alias_states.id bigint
mail_alias_states.alias_email text
mail_alias_states.alias_domain text
mail_alias_states.destination_email text
mail_alias_states.user_id bigint
mail_alias_states.is_catch_all boolean
mail_alias_states.may_send_as boolean
mail_alias_states.allowed_senders text
mail_alias_states.is_usable boolean
mail_alias_states.changes_at timestamp with time zone
mail_aliases.alias text
mail_aliases.destination text
mail_aliases.owner text
mail_aliases.domain text
mail_aliases.is_primary boolean
mail_aliases.is_active boolean
mail_aliases.is_catch_all boolean
mail_aliases.may_send_as boolean
mail_aliases.allowed_senders text
mail_aliases.expires_at timestamp with time zone
mail_aliases.is_usable boolean
mail_aliases.description text
mail_domains.id bigint not null generated always as identity
mail_domains.domain text not null
mail_domains.domain_type text not null default 'virtual'::text
mail_domains.target_domain text
mail_domains.target_type text generated as (
CASE
    WHEN (target_domain IS NOT NULL) THEN 'virtual'::text
    ELSE NULL::text
END)
mail_domains.catch_all text generated as (('@'::text || domain))
mail_domains.transport text
mail_domains.is_active boolean not null default true
mail_domains.max_users integer
mail_domains.max_aliases integer
mail_domains.quota_bytes bigint
mail_domains.default_user_quota_bytes bigint
mail_domains.description text
mail_domains.created_at timestamp with time zone not null default now()
mail_domains.updated_at timestamp with time zone not null default now()
mail_logins.name text
mail_logins.username text
mail_logins.domain text
mail_logins.home_directory text
mail_logins.system_uid integer
mail_logins.system_gid integer
mail_logins.mailbox_format text
mail_logins.user_id bigint
mail_map_entries.id bigint
mail_map_entries.map text
mail_map_entries.key text
mail_map_entries.value text
mail_map_entries.description text
mail_map_entries.created_at timestamp with time zone
mail_map_entries.updated_at timestamp with time zone
mail_passwords.username text
mail_passwords.user text
mail_passwords.user_id bigint
mail_passwords.password_id bigint
mail_passwords.service text
mail_passwords.label text
mail_passwords.hash_scheme text
mail_passwords.password_hash text
mail_passwords.must_change boolean
mail_passwords.is_expired boolean
mail_passwords.is_replaced boolean
mail_passwords.allowed_networks text[]
mail_passwords.changed_at timestamp with time zone
mail_passwords.is_suspended boolean
mail_passwords.restored_at timestamp with time zone
mail_passwords.changes_at timestamp with time zone
mail_rights.address text
mail_rights.login text
mail_rights.access_right text
mail_rights.because text
mail_rights.expires_at timestamp with time zone
mail_sender_logins.sender text
mail_sender_logins.login text
mail_sender_logins.is_usable boolean
mail_sender_logins.changes_at timestamp with time zone
mail_user_states.user_id bigint
mail_user_states.username text
mail_user_states.email text
mail_user_states.domain text
mail_user_states.home_directory text
mail_user_states.system_uid integer
mail_user_states.system_gid integer
mail_user_states.mailbox_format text
mail_user_states.is_usable boolean
mail_user_states.is_relayed boolean
mail_user_states.changes_at timestamp with time zone
mail_user_states.default_user_quota_bytes bigint
mail_users.user_id bigint
mail_users.username text
mail_users.email text
mail_users.domain text
mail_users.home_directory text
mail_users.system_uid integer
mail_users.system_gid integer
mail_users.mailbox_format text
mail_users.default_user_quota_bytes bigint
mailbox_event_queue.id bigint
mailbox_event_queue.event_type text
mailbox_event_queue.user_id bigint
mailbox_event_queue.username text
mailbox_event_queue.email text
mailbox_event_queue.domain text
mailbox_event_queue.home_directory text
mailbox_event_queue.event_data jsonb
mailbox_event_queue.error_message text
mailbox_event_queue.retry_count integer
mailbox_event_queue.next_retry_at timestamp with time zone
mailbox_event_queue.created_at timestamp with time zone
mailbox_events.id bigint not null generated always as identity
mailbox_events.event_type text not null
mailbox_events.user_id bigint
mailbox_events.username text
mailbox_events.email text
mailbox_events.domain text
mailbox_events.home_directory text
mailbox_events.event_data jsonb not null default '{}'::jsonb
mailbox_events.processed boolean not null default false
mailbox_events.processed_at timestamp with time zone
mailbox_events.processed_by text
mailbox_events.error_message text
mailbox_events.retry_count integer not null default 0
mailbox_events.next_retry_at timestamp with time zone
mailbox_events.created_at timestamp with time zone not null default now()
manager_grants.id bigint not null generated always as identity
manager_grants.user_id bigint not null
manager_grants.address text not null
manager_grants.expires_at timestamp with time zone
manager_grants.description text
manager_grants.created_at timestamp with time zone not null default now()
manager_grants.updated_at timestamp with time zone not null default now()
map_entries.id bigint not null generated always as identity
map_entries.map text not null
map_entries.key text not null
map_entries.value text not null
map_entries.description text
map_entries.created_at timestamp with time zone not null default now()
map_entries.updated_at timestamp with time zone not null default now()
postfix_relay_domains.domain text
postfix_relay_recipient_maps.address text
postfix_relay_recipient_maps.action text
postfix_smtpd_sender_login_maps.sender text
postfix_smtpd_sender_login_maps.login text
postfix_transport_maps.domain text
postfix_transport_maps.transport text
postfix_virtual_alias_maps.address text
postfix_virtual_alias_maps.destination text
postfix_virtual_mailbox_domains.domain text
postfix_virtual_mailbox_maps.address text
postfix_virtual_mailbox_maps.mailbox text
powerdns_domains.id bigint
powerdns_domains.name text
powerdns_domains.master text
powerdns_domains.last_check integer
powerdns_domains.type text
powerdns_domains.notified_serial bigint
powerdns_domains.account text
powerdns_domains.options text
powerdns_domains.catalog text
powerdns_records.id bigint
powerdns_records.domain_id bigint
powerdns_records.name text
powerdns_records.type text
powerdns_records.content text
powerdns_records.ttl integer
powerdns_records.prio integer
powerdns_records.disabled boolean
powerdns_records.ordername text
powerdns_records.auth boolean
quota_status.user text
quota_status.email text
quota_status.domain text
quota_status.service text
quota_status.quota_type text
quota_status.limit bigint
quota_status.usage bigint
quota_status.percent numeric
quota_status.is_exceeded boolean
quota_status.is_warned boolean
rate_limits.id bigint not null generated always as identity
rate_limits.user_id bigint
rate_limits.domain text
rate_limits.counted_by text not null default 'user'::text
rate_limits.counter text not null
rate_limits.window_seconds integer not null
rate_limits.max_count bigint
rate_limits.is_permanent boolean not null default false
rate_limits.created_at timestamp with time zone not null default now()
rate_limits.updated_at timestamp with time zone not null default now()
rate_limits.suspends boolean not null default false
salt_secrets.id bigint not null generated always as identity
salt_secrets.is_only boolean not null default true
salt_secrets.secret bytea not null
salt_secrets.created_at timestamp with time zone not null default now()
sender_grants.id bigint not null generated always as identity
sender_grants.user_id bigint not null
sender_grants.sender text not null
sender_grants.expires_at timestamp with time zone
sender_grants.description text
sender_grants.created_at timestamp with time zone not null default now()
sender_grants.updated_at timestamp with time zone not null default now()
service_certificate_status.id bigint
service_certificate_status.service text
service_certificate_status.domain text
service_certificate_status.certificate_type text
service_certificate_status.ssl_enabled boolean
service_certificate_status.is_active boolean
service_certificate_status.last_updated timestamp with time zone
service_certificate_status.last_reload timestamp with time zone
service_certificate_status.needs_reload boolean
service_certificate_status.last_health_check timestamp with time zone
service_certificate_status.health_status text
service_certificate_status.health_error text
service_certificates.id bigint not null generated always as identity
service_certificates.service_name text not null
service_certificates.domain text not null
service_certificates.certificate_type text not null default 'none'::text
service_certificates.ssl_enabled boolean not null default false
service_certificates.certificate_path text
service_certificates.private_key_path text
service_certificates.chain_path text
service_certificates.fullchain_path text
service_certificates.is_active boolean not null default true
service_certificates.last_updated timestamp with time zone
service_certificates.last_reload timestamp with time zone
service_certificates.ssl_protocols text[] not null default '{TLSv1.2,TLSv1.3}'::text[]
service_certificates.ssl_ciphers text
service_certificates.hsts_enabled boolean not null default false
service_certificates.hsts_max_age integer not null default 31536000
service_certificates.last_health_check timestamp with time zone
service_certificates.health_status text not null default 'unknown'::text
service_certificates.health_error text
service_certificates.created_at timestamp with time zone not null default now()
service_certificates.updated_at timestamp with time zone not null default now()
session_revocations.id bigint
session_revocations.login text
session_revocations.email text
session_revocations.reason text
session_revocations.created_at timestamp with time zone
srs_secrets.id bigint not null generated always as identity
srs_secrets.secret text not null
srs_secrets.expires_at timestamp with time zone
srs_secrets.created_at timestamp with time zone not null default now()
srs_secrets.updated_at timestamp with time zone not null default now()
user_passwords.id bigint not null generated always as identity
user_passwords.user_id bigint not null
user_passwords.service text not null default 'dovecot'::text
user_passwords.label text not null default ''::text
user_passwords.password_hash text not null
user_passwords.hash_scheme text not null default 'ARGON2ID'::text
user_passwords.expires_at timestamp with time zone
user_passwords.must_change_on_next_login boolean not null default false
user_passwords.last_used_at timestamp with time zone
user_passwords.created_at timestamp with time zone not null default now()
user_passwords.updated_at timestamp with time zone not null default now()
user_passwords.allowed_networks cidr[] not null default '{}'::cidr[]
user_passwords.changed_at timestamp with time zone not null default now()
user_passwords.suspended_at timestamp with time zone
user_passwords.suspended_because text
user_passwords.restored_at timestamp with time zone
user_quotas.id bigint not null generated always as identity
user_quotas.user_id bigint not null
user_quotas.service text not null default 'dovecot'::text
user_quotas.quota_type text not null default 'storage'::text
user_quotas.quota_value numeric
user_quotas.quota_unit text not null default 'bytes'::text
user_quotas.follows_domain boolean not null default false
user_quotas.current_usage numeric not null default 0
user_quotas.warning_percent smallint
user_quotas.created_at timestamp with time zone not null default now()
user_quotas.updated_at timestamp with time zone not null default now()
user_quotas.told_percent smallint not null default 0
user_quotas.full_since timestamp with time zone
user_quotas.reported_at timestamp with time zone
user_roles.id bigint not null generated always as identity
user_roles.user_id bigint not null
user_roles.role_name text not null
user_roles.service text not null default 'global'::text
user_roles.granted_at timestamp with time zone not null default now()
user_roles.granted_by bigint
user_roles.granted_by_username text
user_roles.expires_at timestamp with time zone
user_roles.is_active boolean not null default true
user_roles.inherited_from text
user_roles.created_at timestamp with time zone not null default now()
user_roles.updated_at timestamp with time zone not null default now()
users.id bigint not null generated always as identity
users.username text not null
users.email text not null
users.domain text generated as ("substring"(email, '[^@]+$'::text))
users.first_name text
users.last_name text
users.system_uid integer not null default 5000
users.system_gid integer not null default 5000
users.home_directory text not null
users.mailbox_format text not null default 'maildir'::text
users.is_active boolean not null default true
users.is_locked boolean not null default false
users.email_verified boolean not null default false
users.verification_token_hash text
users.verification_token_expires_at timestamp with time zone
users.reset_token_hash text
users.reset_token_expires_at timestamp with time zone
users.last_login_at timestamp with time zone
users.failed_login_attempts integer not null default 0
users.last_failed_login_at timestamp with time zone
users.created_at timestamp with time zone not null default now()
users.updated_at timestamp with time zone not null default now()

-- constraints

access_entries.access_entries_pattern_canonical CHECK (
CASE
    WHEN (side = 'client'::text) THEN (pattern = (network)::text)
    ELSE ((pattern = lower(pattern)) AND (pattern IS NFC NORMALIZED))
END)
access_entries.access_entries_pattern_format CHECK (((side = 'client'::text) OR ((pattern ~ '^(?:(?:[^\u0001-\u0020\u007f\ufffd()<>@,;:\\".[\]]+(?:\.[^\u0001-\u0020\u007f\ufffd()<>@,;:\\".[\]]+)*|"(?:[^\u0001-\u001f\u007f\ufffd"\\]|\\["\\])+")?@|\.)(?:[a-z0-9]+(?:-+[a-z0-9]+)*\.)*[a-z0-9]+(?:-+[a-z0-9]+)*$'::text) AND (pattern !~ '[.@][0-9]+$'::text))))
access_entries.access_entries_pattern_length CHECK ((octet_length(pattern) <= 320))
access_entries.access_entries_pkey PRIMARY KEY (id)
access_entries.access_entries_side_known CHECK ((side = ANY (ARRAY['sender'::text, 'recipient'::text, 'client'::text])))
access_entries.access_entries_user_id_domain_side_pattern_unique UNIQUE NULLS NOT DISTINCT (user_id, domain, side, pattern)
access_entries.access_entries_user_id_single CHECK ((num_nonnulls(user_id, domain) <= 1))
access_entries.access_entries_verdict_known CHECK ((verdict = ANY (ARRAY['allow'::text, 'block'::text])))
access_entries.fk_access_entries_mail_domains_domain FOREIGN KEY (domain) REFERENCES unified.mail_domains(domain) ON UPDATE CASCADE ON DELETE CASCADE
access_entries.fk_access_entries_users_user_id FOREIGN KEY (user_id) REFERENCES unified.users(id) ON DELETE CASCADE
app_password_rules.app_password_rules_domain_unique UNIQUE (domain)
app_password_rules.app_password_rules_pkey PRIMARY KEY (id)
app_password_rules.app_password_rules_role_name_unique UNIQUE (role_name)
app_password_rules.app_password_rules_user_id_single CHECK ((num_nonnulls(user_id, domain, role_name) = 1))
app_password_rules.app_password_rules_user_id_unique UNIQUE (user_id)
app_password_rules.fk_app_password_rules_mail_domains_domain FOREIGN KEY (domain) REFERENCES unified.mail_domains(domain) ON UPDATE CASCADE ON DELETE CASCADE
app_password_rules.fk_app_password_rules_users_user_id FOREIGN KEY (user_id) REFERENCES unified.users(id) ON DELETE CASCADE
audit_log.audit_log_action_format CHECK ((action ~ '^[a-z][a-z0-9_.-]{0,99}$'::text))
audit_log.audit_log_additional_data_secretless CHECK (((jsonb_typeof(additional_data) = 'object'::text) AND (NOT (additional_data ?| ARRAY['password'::text, 'password_hash'::text, 'hash'::text, 'token'::text, 'secret'::text]))))
audit_log.audit_log_duration_ms_positive CHECK ((duration_ms >= 0))
audit_log.audit_log_pkey PRIMARY KEY (id, created_at)
audit_log.audit_log_service_format CHECK ((service ~ '^[a-z][a-z0-9_-]{0,62}$'::text))
certificate_files.certificate_files_certificate_id_file_type_unique UNIQUE (certificate_id, file_type)
certificate_files.certificate_files_file_checksum_format CHECK ((file_checksum ~ '^[0-9a-f]{64}$'::text))
certificate_files.certificate_files_file_path_relative CHECK ((file_path !~ '^/|(^|/)\.\.(/|$)'::text))
certificate_files.certificate_files_file_permissions_format CHECK ((file_permissions ~ '^0?[0-7]{3}$'::text))
certificate_files.certificate_files_file_size_positive CHECK ((file_size >= 0))
certificate_files.certificate_files_file_type_known CHECK ((file_type = ANY (ARRAY['certificate'::text, 'private_key'::text, 'chain'::text, 'fullchain'::text, 'csr'::text, 'account_key'::text])))
certificate_files.certificate_files_pkey PRIMARY KEY (id)
certificate_files.certificate_files_verification_status_known CHECK ((verification_status = ANY (ARRAY['unverified'::text, 'valid'::text, 'missing'::text, 'changed'::text, 'unreadable'::text, 'invalid'::text])))
certificate_files.fk_certificate_files_certificates_certificate_id FOREIGN KEY (certificate_id) REFERENCES unified.certificates(id) ON DELETE CASCADE
certificate_notifications.certificate_notifications_notification_data_object CHECK ((jsonb_typeof(notification_data) = 'object'::text))
certificate_notifications.certificate_notifications_notification_type_known CHECK ((notification_type = ANY (ARRAY['created'::text, 'updated'::text, 'renewed'::text, 'expired'::text, 'error'::text, 'deleted'::text, 'warning'::text])))
certificate_notifications.certificate_notifications_pkey PRIMARY KEY (id)
certificate_notifications.certificate_notifications_retry_count_positive CHECK ((retry_count >= 0))
certificate_notifications.fk_certificate_notifications_certificates_certificate_id FOREIGN KEY (certificate_id) REFERENCES unified.certificates(id) ON DELETE SET NULL
certificate_renewals.certificate_renewals_completed_at_ordered CHECK ((completed_at >= started_at))
certificate_renewals.certificate_renewals_duration_seconds_positive CHECK ((duration_seconds >= 0))
certificate_renewals.certificate_renewals_pkey PRIMARY KEY (id)
certificate_renewals.certificate_renewals_renewal_method_known CHECK ((renewal_method = ANY (ARRAY['automatic'::text, 'manual'::text, 'forced'::text, 'emergency'::text])))
certificate_renewals.fk_certificate_renewals_certificates_certificate_id FOREIGN KEY (certificate_id) REFERENCES unified.certificates(id) ON DELETE CASCADE
certificates.certificates_acme_account_key_path_relative CHECK ((acme_account_key_path !~ '^/|(^|/)\.\.(/|$)'::text))
certificates.certificates_acme_challenge_type_known CHECK ((acme_challenge_type = ANY (ARRAY['http-01'::text, 'dns-01'::text, 'tls-alpn-01'::text])))
certificates.certificates_certificate_path_relative CHECK ((certificate_path !~ '^/|(^|/)\.\.(/|$)'::text))
certificates.certificates_certificate_type_known CHECK ((certificate_type = ANY (ARRAY['self-signed'::text, 'letsencrypt'::text, 'manual'::text, 'ca-signed'::text])))
certificates.certificates_chain_path_relative CHECK ((chain_path !~ '^/|(^|/)\.\.(/|$)'::text))
certificates.certificates_domain_format CHECK (((domain ~ '^(?:\*\.)?(?:[a-z0-9]+(?:-+[a-z0-9]+)*\.)*[a-z0-9]+(?:-+[a-z0-9]+)*$'::text) AND (domain !~ '(^|\.)[0-9]+$'::text) AND (domain !~ '[^.]{64}'::text) AND (length(domain) <= 253)))
certificates.certificates_fullchain_path_relative CHECK ((fullchain_path !~ '^/|(^|/)\.\.(/|$)'::text))
certificates.certificates_not_after_ordered CHECK ((not_after > not_before))
certificates.certificates_pkey PRIMARY KEY (id)
certificates.certificates_private_key_path_relative CHECK ((private_key_path !~ '^/|(^|/)\.\.(/|$)'::text))
certificates.certificates_renewal_attempts_positive CHECK ((renewal_attempts >= 0))
certificates.fk_certificates_users_created_by FOREIGN KEY (created_by) REFERENCES unified.users(id) ON DELETE SET NULL
dns_records.dns_records_domain_name_record_type_value_unique UNIQUE (domain, name, record_type, value)
dns_records.dns_records_fqdn_length CHECK ((length(fqdn) <= 253))
dns_records.dns_records_name_format CHECK ((name ~ '^(?:@|\*|(?:\*\.)?(?:[a-z0-9_](?:[a-z0-9_/-]{0,61}[a-z0-9_])?\.)*[a-z0-9_](?:[a-z0-9_/-]{0,61}[a-z0-9_])?)$'::text))
dns_records.dns_records_pkey PRIMARY KEY (id)
dns_records.dns_records_port_fitting CHECK (((port IS NOT NULL) = (record_type = 'SRV'::text)))
dns_records.dns_records_port_range CHECK (((port >= 0) AND (port <= 65535)))
dns_records.dns_records_priority_fitting CHECK (((priority IS NOT NULL) = (record_type = ANY (ARRAY['MX'::text, 'SRV'::text]))))
dns_records.dns_records_priority_range CHECK (((priority >= 0) AND (priority <= 65535)))
dns_records.dns_records_record_type_known CHECK ((record_type = ANY (ARRAY['A'::text, 'AAAA'::text, 'CNAME'::text, 'MX'::text, 'TXT'::text, 'SRV'::text, 'NS'::text, 'PTR'::text, 'SOA'::text, 'CAA'::text, 'TLSA'::text, 'SSHFP'::text, 'DS'::text, 'DNSKEY'::text, 'CDS'::text, 'CDNSKEY'::text, 'DNAME'::text, 'HTTPS'::text, 'SVCB'::text, 'NAPTR'::text, 'LOC'::text, 'HINFO'::text, 'RP'::text, 'URI'::text, 'SMIMEA'::text, 'OPENPGPKEY'::text])))
dns_records.dns_records_record_type_placed CHECK (((NOT ((record_type = 'CNAME'::text) AND (name = '@'::text))) AND (NOT ((record_type = 'SOA'::text) AND (name <> '@'::text)))))
dns_records.dns_records_ttl_range CHECK (((ttl >= 0) AND (ttl <= 2147483647)))
dns_records.dns_records_value_format CHECK (((value !~ '[\u0001-\u001f\u007f]'::text) AND
CASE
    WHEN (record_type = 'A'::text) THEN (value ~ '^(?:(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])(?:\.(?!$)|$)){4}$'::text)
    WHEN (record_type = 'AAAA'::text) THEN ((value ~ '^[0-9a-f:.]*:[0-9a-f:.]*$'::text) AND (family((value)::inet) = 6))
    WHEN (record_type = ANY (ARRAY['CNAME'::text, 'DNAME'::text, 'NS'::text, 'PTR'::text])) THEN (value ~ '^(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)*[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.?$'::text)
    WHEN (record_type = ANY (ARRAY['MX'::text, 'SRV'::text])) THEN (value ~ '^(?:\.|(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)*[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.?)$'::text)
    WHEN (record_type = 'SOA'::text) THEN (value ~ '^[^ ]+ [^ ]+(?: [0-9]{1,10}){5}$'::text)
    WHEN (record_type = 'CAA'::text) THEN (value ~ '^(?:0|128) [a-z0-9]{1,15} "[^"]*"$'::text)
    WHEN (record_type = ANY (ARRAY['TLSA'::text, 'SMIMEA'::text])) THEN (value ~* '^[0-3] [01] [0-2] (?:[0-9a-f]{2})+$'::text)
    WHEN (record_type = 'SSHFP'::text) THEN (value ~* '^[1-6] [12] (?:[0-9a-f]{2})+$'::text)
    WHEN (record_type = ANY (ARRAY['DS'::text, 'CDS'::text])) THEN (value ~* '^[0-9]{1,5} [0-9]{1,3} [0-9]{1,3} (?:[0-9a-f]{2})+$'::text)
    WHEN (record_type = ANY (ARRAY['DNSKEY'::text, 'CDNSKEY'::text])) THEN (value ~ '^[0-9]{1,5} 3 [0-9]{1,3} [A-Za-z0-9+/]+={0,2}$'::text)
    WHEN (record_type = 'OPENPGPKEY'::text) THEN (value ~ '^[A-Za-z0-9+/]+={0,2}$'::text)
    WHEN (record_type = ANY (ARRAY['HTTPS'::text, 'SVCB'::text])) THEN (value ~ '^[0-9]{1,5} (?:\.|(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)*[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.?)(?: [a-z0-9-]+(?:=(?:"[^"]*"|[^" ]+))?)*$'::text)
    WHEN (record_type = 'NAPTR'::text) THEN (value ~ '^[0-9]{1,5} [0-9]{1,5} "[A-Za-z0-9]*" "[^"]*" "[^"]*" (?:\.|(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)*[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.?)$'::text)
    WHEN (record_type = 'URI'::text) THEN (value ~ '^[0-9]{1,5} [0-9]{1,5} "[^"]+"$'::text)
    ELSE true
END))
dns_records.dns_records_value_length CHECK (((value <> ''::text) AND (octet_length(value) <= 2048)))
dns_records.dns_records_weight_fitting CHECK (((weight IS NOT NULL) = (record_type = 'SRV'::text)))
dns_records.dns_records_weight_range CHECK (((weight >= 0) AND (weight <= 65535)))
dns_records.fk_dns_records_dns_zones_domain FOREIGN KEY (domain) REFERENCES unified.dns_zones(domain) ON UPDATE CASCADE ON DELETE CASCADE
dns_zones.dns_zones_admin_email_format CHECK (((admin_email ~ '^[a-z0-9!#$%&''*+/=?^_`{|}~.-]+@(?:[a-z0-9]+(?:-+[a-z0-9]+)*\.)*[a-z0-9]+(?:-+[a-z0-9]+)*$'::text) AND (octet_length(admin_email) <= 320)))
dns_zones.dns_zones_domain_format CHECK (((domain ~ '^(?:[a-z0-9_](?:[a-z0-9_/-]{0,61}[a-z0-9_])?\.)*[a-z0-9_](?:[a-z0-9_/-]{0,61}[a-z0-9_])?$'::text) AND (length(domain) <= 253)))
dns_zones.dns_zones_domain_unique UNIQUE (domain)
dns_zones.dns_zones_expire_interval_positive CHECK ((expire_interval > 0))
dns_zones.dns_zones_minimum_ttl_positive CHECK ((minimum_ttl >= 0))
dns_zones.dns_zones_pkey PRIMARY KEY (id)
dns_zones.dns_zones_primary_ns_format CHECK (((primary_ns ~ '^(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)*[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.?$'::text) AND (length(primary_ns) <= 254)))
dns_zones.dns_zones_refresh_interval_positive CHECK ((refresh_interval > 0))
dns_zones.dns_zones_retry_interval_positive CHECK ((retry_interval > 0))
dns_zones.dns_zones_serial_number_range CHECK (((serial_number >= 1) AND (serial_number <= '4294967295'::bigint)))
dns_zones.dns_zones_zone_type_known CHECK ((zone_type = ANY (ARRAY['master'::text, 'slave'::text, 'stub'::text, 'forward'::text])))
email_aliases.email_aliases_alias_email_canonical CHECK (((alias_email = lower(alias_email)) AND (alias_email IS NFC NORMALIZED)))
email_aliases.email_aliases_alias_email_destination_email_unique UNIQUE (alias_email, destination_email)
email_aliases.email_aliases_alias_email_format CHECK (((alias_email ~ '^(?:[^\u0001-\u0020\u007f\ufffd()<>@,;:\\".[\]]+(?:\.[^\u0001-\u0020\u007f\ufffd()<>@,;:\\".[\]]+)*|"(?:[^\u0001-\u001f\u007f\ufffd"\\]|\\["\\])+")?@(?:[a-z0-9]+(?:-+[a-z0-9]+)*\.)*[a-z0-9]+(?:-+[a-z0-9]+)*$'::text) AND (alias_email !~ '[.@][0-9]+$'::text) AND ((alias_email !~~ '"%'::text) OR (alias_email !~ '^"[^\u0001-\u0020\u007f\ufffd()<>@,;:\\".[\]]+(?:\.[^\u0001-\u0020\u007f\ufffd()<>@,;:\\".[\]]+)*"@'::text))))
email_aliases.email_aliases_alias_email_length CHECK (((octet_length(alias_email) <= 320) AND (length("substring"(alias_email, '[^@]+$'::text)) <= 253) AND ("substring"(alias_email, '[^@]+$'::text) !~ '[^.]{64}'::text)))
email_aliases.email_aliases_allowed_senders_known CHECK ((allowed_senders = ANY (ARRAY['public'::text, 'domain'::text, 'members'::text])))
email_aliases.email_aliases_destination_email_canonical CHECK (((destination_email = lower(destination_email)) AND (destination_email IS NFC NORMALIZED)))
email_aliases.email_aliases_destination_email_format CHECK (((destination_email ~ '^(?:[^\u0001-\u0020\u007f\ufffd()<>@,;:\\".[\]]+(?:\.[^\u0001-\u0020\u007f\ufffd()<>@,;:\\".[\]]+)*|"(?:[^\u0001-\u001f\u007f\ufffd"\\]|\\["\\])+")@(?:[a-z0-9]+(?:-+[a-z0-9]+)*\.)*[a-z0-9]+(?:-+[a-z0-9]+)*$'::text) AND (destination_email !~ '[.@][0-9]+$'::text) AND ((destination_email !~~ '"%'::text) OR (destination_email !~ '^"[^\u0001-\u0020\u007f\ufffd()<>@,;:\\".[\]]+(?:\.[^\u0001-\u0020\u007f\ufffd()<>@,;:\\".[\]]+)*"@'::text))))
email_aliases.email_aliases_destination_email_length CHECK (((octet_length(destination_email) <= 320) AND (length("substring"(destination_email, '[^@]+$'::text)) <= 253) AND ("substring"(destination_email, '[^@]+$'::text) !~ '[^.]{64}'::text)))
email_aliases.email_aliases_is_catch_all_matching CHECK ((is_catch_all = ("left"(alias_email, 1) = '@'::text)))
email_aliases.email_aliases_pkey PRIMARY KEY (id)
email_aliases.email_aliases_refuse_lonely TRIGGER DEFERRABLE INITIALLY DEFERRED (trigger)
email_aliases.fk_email_aliases_mail_domains_alias_domain FOREIGN KEY (alias_domain) REFERENCES unified.mail_domains(domain)
email_aliases.fk_email_aliases_users_user_id FOREIGN KEY (user_id) REFERENCES unified.users(id) ON DELETE SET NULL
greylist_entries.greylist_entries_key_unique UNIQUE (key)
greylist_entries.greylist_entries_kind_known CHECK ((kind = ANY (ARRAY['triplet'::text, 'client'::text, 'correspondent'::text])))
greylist_entries.greylist_entries_passes_positive CHECK ((passes >= 0))
greylist_entries.greylist_entries_pkey PRIMARY KEY (id)
mail_domains.fk_mail_domains_mail_domains_target_domain FOREIGN KEY (target_domain, target_type) REFERENCES unified.mail_domains(domain, domain_type)
mail_domains.mail_domains_default_user_quota_bytes_positive CHECK ((default_user_quota_bytes >= 0))
mail_domains.mail_domains_domain_domain_type_unique UNIQUE (domain, domain_type)
mail_domains.mail_domains_domain_format CHECK (((domain ~ '^(?:[a-z0-9]+(?:-+[a-z0-9]+)*\.)*[a-z0-9]+(?:-+[a-z0-9]+)*$'::text) AND (domain !~ '(^|\.)[0-9]+$'::text) AND (domain !~ '[^.]{64}'::text) AND (length(domain) <= 253)))
mail_domains.mail_domains_domain_type_known CHECK ((domain_type = ANY (ARRAY['virtual'::text, 'alias'::text, 'relay'::text, 'backup'::text])))
mail_domains.mail_domains_domain_unique UNIQUE (domain)
mail_domains.mail_domains_max_aliases_positive CHECK ((max_aliases >= 0))
mail_domains.mail_domains_max_users_positive CHECK ((max_users >= 0))
mail_domains.mail_domains_pkey PRIMARY KEY (id)
mail_domains.mail_domains_quota_bytes_positive CHECK ((quota_bytes >= 0))
mail_domains.mail_domains_target_domain_fitting CHECK (((target_domain IS NOT NULL) = (domain_type = 'alias'::text)))
mail_domains.mail_domains_transport_fitting CHECK (((transport IS NULL) OR (domain_type = ANY (ARRAY['relay'::text, 'backup'::text]))))
mail_domains.mail_domains_transport_format CHECK (((transport ~ '^[A-Za-z0-9_-]*:[^[:space:]]*$'::text) AND (transport <> ':'::text)))
mail_domains.mail_domains_transport_needed CHECK (((transport IS NOT NULL) OR (domain_type <> 'relay'::text)))
mailbox_events.mailbox_events_event_data_secretless CHECK (((jsonb_typeof(event_data) = 'object'::text) AND (NOT (event_data ?| ARRAY['password'::text, 'password_hash'::text, 'hash'::text, 'token'::text, 'secret'::text]))))
mailbox_events.mailbox_events_event_type_format CHECK ((event_type ~ '^[a-z][a-z0-9_]{0,62}$'::text))
mailbox_events.mailbox_events_pkey PRIMARY KEY (id)
mailbox_events.mailbox_events_processed_at_fitting CHECK ((processed OR (processed_at IS NULL)))
mailbox_events.mailbox_events_retry_count_positive CHECK ((retry_count >= 0))
manager_grants.fk_manager_grants_users_user_id FOREIGN KEY (user_id) REFERENCES unified.users(id) ON DELETE CASCADE
manager_grants.manager_grants_address_canonical CHECK (((address = lower(address)) AND (address IS NFC NORMALIZED)))
manager_grants.manager_grants_address_format CHECK (((address ~ '^(?:[^\u0001-\u0020\u007f\ufffd()<>@,;:\\".[\]]+(?:\.[^\u0001-\u0020\u007f\ufffd()<>@,;:\\".[\]]+)*|"(?:[^\u0001-\u001f\u007f\ufffd"\\]|\\["\\])+")?@(?:[a-z0-9]+(?:-+[a-z0-9]+)*\.)*[a-z0-9]+(?:-+[a-z0-9]+)*$'::text) AND (address !~ '[.@][0-9]+$'::text) AND ((address !~~ '"%'::text) OR (address !~ '^"[^\u0001-\u0020\u007f\ufffd()<>@,;:\\".[\]]+(?:\.[^\u0001-\u0020\u007f\ufffd()<>@,;:\\".[\]]+)*"@'::text))))
manager_grants.manager_grants_address_length CHECK (((octet_length(address) <= 320) AND (length("substring"(address, '[^@]+$'::text)) <= 253) AND ("substring"(address, '[^@]+$'::text) !~ '[^.]{64}'::text)))
manager_grants.manager_grants_pkey PRIMARY KEY (id)
manager_grants.manager_grants_user_id_address_unique UNIQUE (user_id, address)
map_entries.map_entries_key_canonical CHECK (((key = lower(key)) AND (key IS NFC NORMALIZED)))
map_entries.map_entries_key_format CHECK (((key ~ '^[^\u0001-\u001f\u007f\ufffd]+$'::text) AND (octet_length(key) <= 320)))
map_entries.map_entries_key_map_unique UNIQUE (key, map)
map_entries.map_entries_map_known CHECK ((map = ANY (ARRAY['relay_recipient_maps'::text, 'transport_maps'::text, 'virtual_alias_domains'::text, 'sender_bcc_maps'::text, 'recipient_bcc_maps'::text, 'canonical_maps'::text, 'sender_canonical_maps'::text, 'recipient_canonical_maps'::text, 'relocated_maps'::text, 'sender_dependent_relayhost_maps'::text, 'sender_dependent_default_transport_maps'::text, 'smtp_sasl_password_maps'::text, 'smtp_tls_policy_maps'::text, 'check_client_access'::text, 'check_helo_access'::text, 'check_sender_access'::text, 'check_recipient_access'::text])))
map_entries.map_entries_pkey PRIMARY KEY (id)
map_entries.map_entries_value_format CHECK (((value ~ '^[^\u0001-\u001f\u007f\ufffd]+$'::text) AND (octet_length(value) <= 10000)))
rate_limits.fk_rate_limits_mail_domains_domain FOREIGN KEY (domain) REFERENCES unified.mail_domains(domain) ON UPDATE CASCADE ON DELETE CASCADE
rate_limits.fk_rate_limits_users_user_id FOREIGN KEY (user_id) REFERENCES unified.users(id) ON DELETE CASCADE
rate_limits.rate_limits_counted_by_fitting CHECK (
CASE counted_by
    WHEN 'domain'::text THEN (user_id IS NULL)
    WHEN 'network'::text THEN ((num_nonnulls(user_id, domain) = 0) AND (counter <> 'new_recipients'::text))
    ELSE true
END)
rate_limits.rate_limits_counted_by_known CHECK ((counted_by = ANY (ARRAY['user'::text, 'credential'::text, 'domain'::text, 'network'::text])))
rate_limits.rate_limits_counter_fitting CHECK (
CASE counter
    WHEN 'new_networks'::text THEN (counted_by = ANY (ARRAY['user'::text, 'credential'::text]))
    WHEN 'bounces'::text THEN suspends
    ELSE true
END)
rate_limits.rate_limits_counter_known CHECK ((counter = ANY (ARRAY['messages'::text, 'recipients'::text, 'bytes'::text, 'new_recipients'::text, 'new_networks'::text, 'bounces'::text])))
rate_limits.rate_limits_domain_counted_by_counter_window_seconds_unique UNIQUE (domain, counted_by, counter, window_seconds)
rate_limits.rate_limits_max_count_positive CHECK (((max_count >= 0) AND (max_count <= '1000000000000000'::bigint)))
rate_limits.rate_limits_pkey PRIMARY KEY (id)
rate_limits.rate_limits_suspends_fitting CHECK (((NOT suspends) OR ((counted_by = 'credential'::text) AND (NOT is_permanent) AND (counter <> 'bytes'::text))))
rate_limits.rate_limits_user_id_counted_by_counter_window_seconds_unique UNIQUE (user_id, counted_by, counter, window_seconds)
rate_limits.rate_limits_user_id_single CHECK ((num_nonnulls(user_id, domain) <= 1))
rate_limits.rate_limits_window_seconds_positive CHECK (((window_seconds >= 10) AND (window_seconds <= 2678400)))
salt_secrets.salt_secrets_is_only_true CHECK (is_only)
salt_secrets.salt_secrets_is_only_unique UNIQUE (is_only)
salt_secrets.salt_secrets_pkey PRIMARY KEY (id)
salt_secrets.salt_secrets_secret_size CHECK ((octet_length(secret) >= 32))
sender_grants.fk_sender_grants_users_user_id FOREIGN KEY (user_id) REFERENCES unified.users(id) ON DELETE CASCADE
sender_grants.sender_grants_pkey PRIMARY KEY (id)
sender_grants.sender_grants_sender_canonical CHECK (((sender = lower(sender)) AND (sender IS NFC NORMALIZED)))
sender_grants.sender_grants_sender_format CHECK (((sender ~ '^(?:[^\u0001-\u0020\u007f\ufffd()<>@,;:\\".[\]]+(?:\.[^\u0001-\u0020\u007f\ufffd()<>@,;:\\".[\]]+)*|"(?:[^\u0001-\u001f\u007f\ufffd"\\]|\\["\\])+")?@(?:[a-z0-9]+(?:-+[a-z0-9]+)*\.)*[a-z0-9]+(?:-+[a-z0-9]+)*$'::text) AND (sender !~ '[.@][0-9]+$'::text) AND ((sender !~~ '"%'::text) OR (sender !~ '^"[^\u0001-\u0020\u007f\ufffd()<>@,;:\\".[\]]+(?:\.[^\u0001-\u0020\u007f\ufffd()<>@,;:\\".[\]]+)*"@'::text))))
sender_grants.sender_grants_sender_length CHECK (((octet_length(sender) <= 320) AND (length("substring"(sender, '[^@]+$'::text)) <= 253) AND ("substring"(sender, '[^@]+$'::text) !~ '[^.]{64}'::text)))
sender_grants.sender_grants_user_id_sender_unique UNIQUE (user_id, sender)
service_certificates.service_certificates_certificate_path_relative CHECK ((certificate_path !~ '^/|(^|/)\.\.(/|$)'::text))
service_certificates.service_certificates_certificate_type_known CHECK ((certificate_type = ANY (ARRAY['live'::text, 'staged'::text, 'self-signed'::text, 'none'::text])))
service_certificates.service_certificates_chain_path_relative CHECK ((chain_path !~ '^/|(^|/)\.\.(/|$)'::text))
service_certificates.service_certificates_domain_format CHECK (((domain ~ '^(?:\*\.)?(?:[a-z0-9]+(?:-+[a-z0-9]+)*\.)*[a-z0-9]+(?:-+[a-z0-9]+)*$'::text) AND (domain !~ '(^|\.)[0-9]+$'::text) AND (domain !~ '[^.]{64}'::text) AND (length(domain) <= 253)))
service_certificates.service_certificates_fullchain_path_relative CHECK ((fullchain_path !~ '^/|(^|/)\.\.(/|$)'::text))
service_certificates.service_certificates_health_status_known CHECK ((health_status = ANY (ARRAY['unknown'::text, 'healthy'::text, 'warning'::text, 'critical'::text, 'error'::text])))
service_certificates.service_certificates_hsts_max_age_positive CHECK ((hsts_max_age >= 0))
service_certificates.service_certificates_pkey PRIMARY KEY (id)
service_certificates.service_certificates_private_key_path_relative CHECK ((private_key_path !~ '^/|(^|/)\.\.(/|$)'::text))
service_certificates.service_certificates_service_name_domain_unique UNIQUE (service_name, domain)
service_certificates.service_certificates_service_name_format CHECK ((service_name ~ '^[a-z][a-z0-9_-]{0,62}$'::text))
service_certificates.service_certificates_ssl_enabled_fitting CHECK (((NOT ssl_enabled) OR (certificate_type <> 'none'::text)))
srs_secrets.srs_secrets_pkey PRIMARY KEY (id)
srs_secrets.srs_secrets_secret_format CHECK (((secret ~ '^[^\u0001-\u001f\u007f]+$'::text) AND ((octet_length(secret) >= 12) AND (octet_length(secret) <= 1000))))
srs_secrets.srs_secrets_secret_unique UNIQUE (secret)
user_passwords.fk_user_passwords_users_user_id FOREIGN KEY (user_id) REFERENCES unified.users(id) ON DELETE CASCADE
user_passwords.user_passwords_hash_scheme_known CHECK ((hash_scheme = ANY (ARRAY['ARGON2ID'::text, 'ARGON2I'::text, 'ARGON2D'::text, 'ARGON2'::text, 'SCRYPT'::text, 'YESCRYPT'::text, 'BLF-CRYPT'::text, 'BCRYPT-SHA256'::text, 'PBKDF2'::text, 'PBKDF2-SHA1'::text, 'PBKDF2-SHA256'::text, 'PBKDF2-SHA512'::text, 'CRYPT'::text, 'SHA512-CRYPT'::text, 'SHA256-CRYPT'::text, 'SHA1-CRYPT'::text, 'MD5-CRYPT'::text, 'DES-CRYPT'::text, 'BSDI-CRYPT'::text, 'SCRAM-SHA-256'::text, 'SCRAM-SHA-1'::text, 'CRAM-MD5'::text, 'HMAC-MD5'::text, 'DIGEST-MD5'::text, 'OTP'::text, 'SKEY'::text, 'RPA'::text, 'NTLM'::text, 'LANMAN'::text, 'SSHA512'::text, 'SSHA256'::text, 'SSHA'::text, 'SMD5'::text, 'SHA512'::text, 'SHA256'::text, 'SHA1'::text, 'SHA'::text, 'MD5'::text, 'LDAP-MD5'::text, 'PLAIN-MD5'::text, 'PLAIN-MD4'::text, 'PLAIN'::text, 'CLEAR'::text, 'CLEARTEXT'::text, 'PLAIN-TRUNC'::text])))
user_passwords.user_passwords_label_format CHECK (((label !~ '[\u0001-\u001f\u007f]'::text) AND (length(label) <= 100)))
user_passwords.user_passwords_password_hash_format CHECK ((((length(password_hash) >= 1) AND (length(password_hash) <= 1000)) AND (password_hash !~ '[\u0001-\u001f\u007f-\u009f]'::text) AND ((password_hash ~ '^[^{[:space:]]'::text) OR (hash_scheme = ANY (ARRAY['PLAIN'::text, 'CLEAR'::text, 'CLEARTEXT'::text]))) AND ((password_hash !~ '[[:space:]]'::text) OR (hash_scheme = ANY (ARRAY['PLAIN'::text, 'CLEAR'::text, 'CLEARTEXT'::text, 'PLAIN-TRUNC'::text, 'OTP'::text, 'SKEY'::text])))))
user_passwords.user_passwords_pkey PRIMARY KEY (id)
user_passwords.user_passwords_service_format CHECK ((service ~ '^[a-z][a-z0-9_-]{0,62}$'::text))
user_passwords.user_passwords_suspended_because_fitting CHECK (((suspended_at IS NULL) = (suspended_because IS NULL)))
user_passwords.user_passwords_suspended_because_format CHECK (((suspended_because !~ '[\u0001-\u001f\u007f]'::text) AND ((length(suspended_because) >= 1) AND (length(suspended_because) <= 500))))
user_passwords.user_passwords_user_id_service_label_unique UNIQUE (user_id, service, label)
user_quotas.fk_user_quotas_users_user_id FOREIGN KEY (user_id) REFERENCES unified.users(id) ON DELETE CASCADE
user_quotas.user_quotas_current_usage_positive CHECK (((current_usage >= (0)::numeric) AND (current_usage < 'Infinity'::numeric)))
user_quotas.user_quotas_follows_domain_valueless CHECK (((NOT follows_domain) OR (quota_value IS NULL)))
user_quotas.user_quotas_pkey PRIMARY KEY (id)
user_quotas.user_quotas_quota_type_known CHECK ((quota_type = ANY (ARRAY['storage'::text, 'messages'::text, 'files'::text, 'bandwidth'::text, 'connections'::text])))
user_quotas.user_quotas_quota_unit_fitting CHECK (((quota_unit = ANY (ARRAY['bytes'::text, 'KB'::text, 'MB'::text, 'GB'::text, 'TB'::text])) = (quota_type = ANY (ARRAY['storage'::text, 'bandwidth'::text]))))
user_quotas.user_quotas_quota_unit_known CHECK ((quota_unit = ANY (ARRAY['bytes'::text, 'KB'::text, 'MB'::text, 'GB'::text, 'TB'::text, 'count'::text, 'per_hour'::text, 'per_day'::text])))
user_quotas.user_quotas_quota_value_positive CHECK (((quota_value >= (0)::numeric) AND (quota_value < 'Infinity'::numeric)))
user_quotas.user_quotas_service_format CHECK ((service ~ '^[a-z][a-z0-9_-]{0,62}$'::text))
user_quotas.user_quotas_told_percent_range CHECK (((told_percent >= 0) AND (told_percent <= 100)))
user_quotas.user_quotas_user_id_service_quota_type_unique UNIQUE (user_id, service, quota_type)
user_quotas.user_quotas_warning_percent_range CHECK (((warning_percent >= 1) AND (warning_percent <= 100)))
user_roles.fk_user_roles_users_granted_by FOREIGN KEY (granted_by) REFERENCES unified.users(id) ON DELETE SET NULL
user_roles.fk_user_roles_users_user_id FOREIGN KEY (user_id) REFERENCES unified.users(id) ON DELETE CASCADE
user_roles.user_roles_inherited_from_format CHECK (((inherited_from ~ '^[a-z][a-z0-9_]{0,62}$'::text) AND (inherited_from <> role_name)))
user_roles.user_roles_pkey PRIMARY KEY (id)
user_roles.user_roles_role_name_format CHECK ((role_name ~ '^[a-z][a-z0-9_]{0,62}$'::text))
user_roles.user_roles_service_format CHECK ((service ~ '^[a-z][a-z0-9_-]{0,62}$'::text))
user_roles.user_roles_user_id_role_name_service_unique UNIQUE (user_id, role_name, service)
users.fk_users_mail_domains_domain FOREIGN KEY (domain) REFERENCES unified.mail_domains(domain)
users.users_email_canonical CHECK (((email = lower(email)) AND (email IS NFC NORMALIZED)))
users.users_email_format CHECK (((email ~ '^(?:[^\u0001-\u0020\u007f\ufffd()<>@,;:\\".[\]]+(?:\.[^\u0001-\u0020\u007f\ufffd()<>@,;:\\".[\]]+)*|"(?:[^\u0001-\u001f\u007f\ufffd"\\]|\\["\\])+")@(?:[a-z0-9]+(?:-+[a-z0-9]+)*\.)*[a-z0-9]+(?:-+[a-z0-9]+)*$'::text) AND (email !~ '[.@][0-9]+$'::text) AND ((email !~~ '"%'::text) OR (email !~ '^"[^\u0001-\u0020\u007f\ufffd()<>@,;:\\".[\]]+(?:\.[^\u0001-\u0020\u007f\ufffd()<>@,;:\\".[\]]+)*"@'::text))))
users.users_email_length CHECK (((octet_length(email) <= 320) AND (length("substring"(email, '[^@]+$'::text)) <= 253) AND ("substring"(email, '[^@]+$'::text) !~ '[^.]{64}'::text)))
users.users_email_unique UNIQUE (email)
users.users_failed_login_attempts_positive CHECK ((failed_login_attempts >= 0))
users.users_home_directory_absolute CHECK (((home_directory ~ '^/'::text) AND (home_directory !~ '(^|/)\.\.(/|$)'::text) AND (home_directory !~ '[\u0001-\u001f\u007f]'::text)))
users.users_mailbox_format_known CHECK ((mailbox_format = ANY (ARRAY['maildir'::text, 'mdbox'::text, 'sdbox'::text, 'mbox'::text])))
users.users_pkey PRIMARY KEY (id)
users.users_reset_token_expires_at_paired CHECK (((reset_token_hash IS NULL) = (reset_token_expires_at IS NULL)))
users.users_reset_token_hash_format CHECK ((reset_token_hash ~ '^[0-9a-f]{64}$'::text))
users.users_system_gid_unprivileged CHECK ((system_gid > 0))
users.users_system_uid_unprivileged CHECK ((system_uid > 0))
users.users_username_format CHECK (((username = lower(username)) AND (username <> ''::text) AND (username !~ '[\u0001-\u001f\u007f]'::text) AND (octet_length(username) <= 320)))
users.users_username_unambiguous CHECK (((strpos(username, '@'::text) = 0) OR (username = email)))
users.users_username_unique UNIQUE (username)
users.users_verification_token_expires_at_paired CHECK (((verification_token_hash IS NULL) = (verification_token_expires_at IS NULL)))
users.users_verification_token_hash_format CHECK ((verification_token_hash ~ '^[0-9a-f]{64}$'::text))

-- indexes

CREATE UNIQUE INDEX access_entries_pkey ON unified.access_entries USING btree (id)
CREATE UNIQUE INDEX access_entries_user_id_domain_side_pattern_unique ON unified.access_entries USING btree (user_id, domain, side, pattern) NULLS NOT DISTINCT
CREATE INDEX idx_access_entries_domain ON unified.access_entries USING btree (domain) WHERE (domain IS NOT NULL)
CREATE INDEX idx_access_entries_lookup_key ON unified.access_entries USING btree (lookup_key)
CREATE INDEX idx_access_entries_network ON unified.access_entries USING gist (network inet_ops) WHERE (network IS NOT NULL)
CREATE UNIQUE INDEX app_password_rules_domain_unique ON unified.app_password_rules USING btree (domain)
CREATE UNIQUE INDEX app_password_rules_pkey ON unified.app_password_rules USING btree (id)
CREATE UNIQUE INDEX app_password_rules_role_name_unique ON unified.app_password_rules USING btree (role_name)
CREATE UNIQUE INDEX app_password_rules_user_id_unique ON unified.app_password_rules USING btree (user_id)
CREATE UNIQUE INDEX audit_log_pkey ON unified.audit_log USING btree (id, created_at)
CREATE INDEX idx_audit_log_action_created_at ON unified.audit_log USING btree (action, created_at)
CREATE INDEX idx_audit_log_additional_data ON unified.audit_log USING gin (additional_data jsonb_path_ops)
CREATE INDEX idx_audit_log_created_at ON unified.audit_log USING btree ((date_trunc('hour'::text, (created_at AT TIME ZONE 'UTC'::text)) AT TIME ZONE 'UTC'::text))
CREATE INDEX idx_audit_log_ip_address_created_at ON unified.audit_log USING btree (ip_address, created_at)
CREATE INDEX idx_audit_log_resource_resource_id ON unified.audit_log USING btree (resource, resource_id) WHERE (resource_id IS NOT NULL)
CREATE INDEX idx_audit_log_user_id_created_at ON unified.audit_log USING btree (user_id, created_at)
CREATE UNIQUE INDEX certificate_files_certificate_id_file_type_unique ON unified.certificate_files USING btree (certificate_id, file_type)
CREATE UNIQUE INDEX certificate_files_pkey ON unified.certificate_files USING btree (id)
CREATE INDEX idx_certificate_files_last_verified ON unified.certificate_files USING btree (last_verified)
CREATE INDEX idx_certificate_files_verification_status ON unified.certificate_files USING btree (verification_status) WHERE (verification_status <> 'valid'::text)
CREATE UNIQUE INDEX certificate_notifications_pkey ON unified.certificate_notifications USING btree (id)
CREATE INDEX idx_certificate_notifications_certificate_id ON unified.certificate_notifications USING btree (certificate_id)
CREATE INDEX idx_certificate_notifications_id ON unified.certificate_notifications USING btree (id) WHERE (processed_at IS NULL)
CREATE UNIQUE INDEX certificate_renewals_pkey ON unified.certificate_renewals USING btree (id)
CREATE INDEX idx_certificate_renewals_certificate_id_created_at ON unified.certificate_renewals USING btree (certificate_id, created_at)
CREATE INDEX idx_certificate_renewals_scheduled_at ON unified.certificate_renewals USING btree (scheduled_at) WHERE (completed_at IS NULL)
CREATE UNIQUE INDEX certificates_pkey ON unified.certificates USING btree (id)
CREATE INDEX idx_certificates_created_by ON unified.certificates USING btree (created_by) WHERE (created_by IS NOT NULL)
CREATE INDEX idx_certificates_domain ON unified.certificates USING btree (domain)
CREATE INDEX idx_certificates_domain_subject_alt_names ON unified.certificates USING gin (array_append(subject_alt_names, domain))
CREATE INDEX idx_certificates_not_after ON unified.certificates USING btree (not_after) WHERE is_active
CREATE INDEX idx_certificates_subject_alt_names ON unified.certificates USING gin (subject_alt_names)
CREATE UNIQUE INDEX dns_records_domain_name_record_type_value_unique ON unified.dns_records USING btree (domain, name, record_type, value)
CREATE UNIQUE INDEX dns_records_pkey ON unified.dns_records USING btree (id)
CREATE INDEX idx_dns_records_fqdn_record_type ON unified.dns_records USING btree (fqdn, record_type)
CREATE UNIQUE INDEX dns_zones_domain_unique ON unified.dns_zones USING btree (domain)
CREATE UNIQUE INDEX dns_zones_pkey ON unified.dns_zones USING btree (id)
CREATE INDEX idx_dns_zones_zone_type_domain ON unified.dns_zones USING btree (zone_type, domain) WHERE is_active
CREATE UNIQUE INDEX email_aliases_alias_email_destination_email_unique ON unified.email_aliases USING btree (alias_email, destination_email)
CREATE UNIQUE INDEX email_aliases_pkey ON unified.email_aliases USING btree (id)
CREATE UNIQUE INDEX email_aliases_user_id_unique ON unified.email_aliases USING btree (user_id) WHERE is_primary
CREATE INDEX idx_email_aliases_alias_domain_alias_email ON unified.email_aliases USING btree (alias_domain, alias_email)
CREATE INDEX idx_email_aliases_destination_email ON unified.email_aliases USING btree (destination_email)
CREATE INDEX idx_email_aliases_expires_at ON unified.email_aliases USING btree (expires_at) WHERE (expires_at IS NOT NULL)
CREATE INDEX idx_email_aliases_user_id ON unified.email_aliases USING btree (user_id) WHERE (user_id IS NOT NULL)
CREATE UNIQUE INDEX greylist_entries_key_unique ON unified.greylist_entries USING btree (key)
CREATE UNIQUE INDEX greylist_entries_pkey ON unified.greylist_entries USING btree (id)
CREATE INDEX idx_greylist_entries_expires_at ON unified.greylist_entries USING btree (expires_at)
CREATE INDEX idx_mail_domains_catch_all ON unified.mail_domains USING btree (catch_all)
CREATE INDEX idx_mail_domains_domain_type_domain ON unified.mail_domains USING btree (domain_type, domain)
CREATE INDEX idx_mail_domains_target_domain ON unified.mail_domains USING btree (target_domain) WHERE (target_domain IS NOT NULL)
CREATE UNIQUE INDEX mail_domains_domain_domain_type_unique ON unified.mail_domains USING btree (domain, domain_type)
CREATE UNIQUE INDEX mail_domains_domain_unique ON unified.mail_domains USING btree (domain)
CREATE UNIQUE INDEX mail_domains_pkey ON unified.mail_domains USING btree (id)
CREATE INDEX idx_mailbox_events_created_at ON unified.mailbox_events USING btree (created_at)
CREATE INDEX idx_mailbox_events_id ON unified.mailbox_events USING btree (id) WHERE (NOT processed)
CREATE INDEX idx_mailbox_events_id_created_at ON unified.mailbox_events USING btree (id, created_at) WHERE unified.ends_sessions(event_type, event_data)
CREATE INDEX idx_mailbox_events_user_id ON unified.mailbox_events USING btree (user_id)
CREATE UNIQUE INDEX mailbox_events_pkey ON unified.mailbox_events USING btree (id)
CREATE INDEX idx_manager_grants_address ON unified.manager_grants USING btree (address)
CREATE INDEX idx_manager_grants_expires_at ON unified.manager_grants USING btree (expires_at) WHERE (expires_at IS NOT NULL)
CREATE UNIQUE INDEX manager_grants_pkey ON unified.manager_grants USING btree (id)
CREATE UNIQUE INDEX manager_grants_user_id_address_unique ON unified.manager_grants USING btree (user_id, address)
CREATE INDEX idx_map_entries_map_key ON unified.map_entries USING btree ((('@'::text || "substring"(key, '[^@]+$'::text)))) WHERE (map = 'relay_recipient_maps'::text)
CREATE UNIQUE INDEX map_entries_key_map_unique ON unified.map_entries USING btree (key, map)
CREATE UNIQUE INDEX map_entries_pkey ON unified.map_entries USING btree (id)
CREATE UNIQUE INDEX rate_limits_counted_by_counter_window_seconds_unique ON unified.rate_limits USING btree (counted_by, counter, window_seconds) WHERE ((user_id IS NULL) AND (domain IS NULL))
CREATE UNIQUE INDEX rate_limits_domain_counted_by_counter_window_seconds_unique ON unified.rate_limits USING btree (domain, counted_by, counter, window_seconds)
CREATE UNIQUE INDEX rate_limits_pkey ON unified.rate_limits USING btree (id)
CREATE UNIQUE INDEX rate_limits_user_id_counted_by_counter_window_seconds_unique ON unified.rate_limits USING btree (user_id, counted_by, counter, window_seconds)
CREATE UNIQUE INDEX salt_secrets_is_only_unique ON unified.salt_secrets USING btree (is_only)
CREATE UNIQUE INDEX salt_secrets_pkey ON unified.salt_secrets USING btree (id)
CREATE INDEX idx_sender_grants_expires_at ON unified.sender_grants USING btree (expires_at) WHERE (expires_at IS NOT NULL)
CREATE INDEX idx_sender_grants_sender ON unified.sender_grants USING btree (sender)
CREATE UNIQUE INDEX sender_grants_pkey ON unified.sender_grants USING btree (id)
CREATE UNIQUE INDEX sender_grants_user_id_sender_unique ON unified.sender_grants USING btree (user_id, sender)
CREATE INDEX idx_service_certificates_domain ON unified.service_certificates USING btree (domain)
CREATE INDEX idx_service_certificates_health_status ON unified.service_certificates USING btree (health_status) WHERE (is_active AND (health_status <> 'healthy'::text))
CREATE UNIQUE INDEX service_certificates_pkey ON unified.service_certificates USING btree (id)
CREATE UNIQUE INDEX service_certificates_service_name_domain_unique ON unified.service_certificates USING btree (service_name, domain)
CREATE UNIQUE INDEX srs_secrets_pkey ON unified.srs_secrets USING btree (id)
CREATE UNIQUE INDEX srs_secrets_secret_unique ON unified.srs_secrets USING btree (secret)
CREATE INDEX idx_user_passwords_expires_at ON unified.user_passwords USING btree (expires_at) WHERE (expires_at IS NOT NULL)
CREATE INDEX idx_user_passwords_hash_scheme ON unified.user_passwords USING btree (hash_scheme)
CREATE UNIQUE INDEX user_passwords_pkey ON unified.user_passwords USING btree (id)
CREATE UNIQUE INDEX user_passwords_user_id_service_label_unique ON unified.user_passwords USING btree (user_id, service, label)
CREATE UNIQUE INDEX user_quotas_pkey ON unified.user_quotas USING btree (id)
CREATE UNIQUE INDEX user_quotas_user_id_service_quota_type_unique ON unified.user_quotas USING btree (user_id, service, quota_type)
CREATE INDEX idx_user_roles_expires_at ON unified.user_roles USING btree (expires_at) WHERE (expires_at IS NOT NULL)
CREATE INDEX idx_user_roles_granted_by ON unified.user_roles USING btree (granted_by) WHERE (granted_by IS NOT NULL)
CREATE INDEX idx_user_roles_role_name_service ON unified.user_roles USING btree (role_name, service) WHERE is_active
CREATE UNIQUE INDEX user_roles_pkey ON unified.user_roles USING btree (id)
CREATE UNIQUE INDEX user_roles_user_id_role_name_service_unique ON unified.user_roles USING btree (user_id, role_name, service)
CREATE INDEX idx_users_domain_username ON unified.users USING btree (domain, username)
CREATE INDEX idx_users_reset_token_hash ON unified.users USING btree (reset_token_hash) WHERE (reset_token_hash IS NOT NULL)
CREATE INDEX idx_users_verification_token_hash ON unified.users USING btree (verification_token_hash) WHERE (verification_token_hash IS NOT NULL)
CREATE UNIQUE INDEX users_email_unique ON unified.users USING btree (email)
CREATE UNIQUE INDEX users_pkey ON unified.users USING btree (id)
CREATE UNIQUE INDEX users_username_unique ON unified.users USING btree (username)

-- functions

CREATE OR REPLACE FUNCTION unified.access_key(side text, lookup_key text)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE STRICT
BEGIN ATOMIC
 SELECT
         CASE
             WHEN (side = 'client'::text) THEN 'client networks'::text
             ELSE lookup_key
         END AS lookup_key;
END

CREATE OR REPLACE FUNCTION unified.alias_leads_on(alias_id bigint)
 RETURNS boolean
 LANGUAGE plpgsql
 STABLE PARALLEL SAFE STRICT SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET plan_cache_mode TO 'force_generic_plan'
AS $function$
declare
  alias record;
begin
  select a.alias_email, a.alias_domain, a.is_catch_all
  into alias
  from unified.mail_alias_states as a
  where a.id = alias_id
    and a.is_usable;
  if not found then
    return false;
  end if;
  if alias.is_catch_all then
    -- Mail for an alias domain goes to its target's addresses, and to that one's catch-all.
    return not exists (
      select
      from unified.mail_domains as d
      where d.domain = alias.alias_domain
        and d.domain_type = 'alias'
    );
  end if;
  return not unified.is_shut_mailbox(alias.alias_email);
end
$function$

CREATE OR REPLACE FUNCTION unified.announce_changes(keys text[])
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET enable_nestloop TO 'on'
AS $function$
declare
  announced integer := coalesce(nullif(current_setting('dovetail.announced', true), ''), '0')::integer
    + coalesce(cardinality(keys), 0);
begin
  if coalesce(cardinality(keys), 0) = 0 then
    return;
  end if;
  -- Counts the keys of this transaction; PostgreSQL forgets the number when it ends.
  perform set_config('dovetail.announced', announced::text, true);
  if announced > 500 then
    perform unified.announce_everything();
    return;
  end if;
  perform unified.try_notify('dovetail_changes', string_agg(key, e'\n'))
  from (
    select key, sum(octet_length(key) + 1) over (order by key) / 7600 as chunk
    from (select distinct key from unnest(keys) as key where key is not null) as distinct_keys
  ) as chunked
  group by chunk;
end
$function$

CREATE OR REPLACE FUNCTION unified.announce_events()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  -- A statement that inserted nothing is none: no login wakes anybody.
  if exists (select from new_rows) then
    perform unified.try_notify('dovetail_events', '');
  end if;
  return null;
end
$function$

CREATE OR REPLACE FUNCTION unified.announce_everything()
 RETURNS void
 LANGUAGE sql
BEGIN ATOMIC
 SELECT unified.try_notify('dovetail_changes'::text, '*'::text) AS try_notify;
END

CREATE OR REPLACE FUNCTION unified.announce_users(user_ids bigint[], names text[])
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET enable_nestloop TO 'on'
AS $function$
begin
  if cardinality(names) > 500 then
    perform unified.announce_everything();
    return;
  end if;
  perform unified.announce_changes(array(
    select key
    from (
      select unnest(names) as key
      union
      select alias_email from unified.email_aliases where destination_email = any(names)
      union
      select alias_email from unified.email_aliases where user_id = any(user_ids)
      union
      select sender from unified.sender_grants where user_id = any(user_ids)
      union
      select d.catch_all
      from unified.mail_domains as d
      where d.domain = any(array(select substring(name from '[^@]+$') from unnest(names) as name))
        and d.domain_type in ('relay', 'backup')
    ) as touched
    limit 501
  ));
end
$function$

CREATE OR REPLACE FUNCTION unified.audit_kept_since(keep_months integer)
 RETURNS timestamp with time zone
 LANGUAGE sql
 STABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
RETURN ((date_trunc('month'::text, (now() AT TIME ZONE 'UTC'::text)) - make_interval(months => keep_months)) AT TIME ZONE 'UTC'::text)

CREATE OR REPLACE FUNCTION unified.correct_usage(logins text[], kibibytes bigint[], messages bigint[], warnings smallint[], age double precision)
 RETURNS void
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
BEGIN ATOMIC
 SELECT unified.record_usage(array_agg(wrong.username), array_agg(wrong.quota_type), array_agg(wrong.usage), NULL::boolean[], correct_usage.warnings, array_agg(correct_usage.age)) AS record_usage
    FROM ( SELECT u.username,
             counted.quota_type,
                 CASE
                     WHEN is_same.written THEN known.usage
                     ELSE counted.usage
                 END AS usage
            FROM ((((((UNNEST(correct_usage.logins, correct_usage.kibibytes, correct_usage.messages) said(login, kibibytes, messages)
              JOIN unified.users u ON ((u.username = said.login)))
              JOIN unified.mail_domains d ON ((d.domain = u.domain)))
              CROSS JOIN LATERAL ( VALUES ('storage'::text,GREATEST(((said.kibibytes * 1024) - 1023), (0)::bigint),said.kibibytes), ('messages'::text,said.messages,said.messages)) counted(quota_type, usage, in_units))
              LEFT JOIN unified.user_quotas q ON (((q.user_id = u.id) AND (q.service = 'dovecot'::text) AND (q.quota_type = counted.quota_type))))
              CROSS JOIN LATERAL ( SELECT COALESCE(unified.quota_base_units(q.current_usage, q.quota_unit), (0)::bigint) AS usage,
                         CASE
                             WHEN (NOT q.follows_domain) THEN unified.quota_base_units(q.quota_value, q.quota_unit)
                             WHEN (counted.quota_type = 'storage'::text) THEN d.default_user_quota_bytes
                             ELSE NULL::bigint
                         END AS "limit") known)
              CROSS JOIN LATERAL ( SELECT (counted.in_units =
                         CASE counted.quota_type
                             WHEN 'storage'::text THEN ((known.usage + 1023) / 1024)
                             ELSE known.usage
                         END) AS written) is_same)
           WHERE ((NOT is_same.written) OR ((q.full_since IS NULL) AND (known.usage >= known."limit")))) wrong;
END

CREATE OR REPLACE FUNCTION unified.create_audit_partition(month date)
 RETURNS boolean
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
  first_day timestamptz := date_trunc('month', month::timestamp) at time zone 'UTC';
  next_month timestamptz := (date_trunc('month', month::timestamp) + interval '1 month') at time zone 'UTC';
  partition text := 'audit_log_' || to_char(month, 'YYYY_MM');
begin
  if to_regclass('unified.' || partition) is not null then
    return false;
  end if;
  -- Who writes now waits here, before he has chosen a partition. Behind the lock of the default one, which attaching
  -- needs, he would have chosen it, and would be refused.
  lock table unified.audit_log in share row exclusive mode;
  execute format('create table unified.%I (like unified.audit_log including defaults including constraints)', partition);
  -- What came before its partition did moves there; no entry is lost, and none comes twice.
  execute format(
    'with moved as (
       delete from unified.audit_log_default
       where created_at >= %L
         and created_at < %L
       returning *
     )
     insert into unified.%I
     select *
     from moved',
    first_day, next_month, partition
  );
  execute format(
    'alter table unified.audit_log attach partition unified.%I for values from (%L) to (%L)',
    partition, first_day, next_month
  );
  execute format('comment on table unified.%I is %L', partition, 'Entries of ' || to_char(month, 'YYYY-MM') || ', UTC.');
  return true;
end
$function$

CREATE OR REPLACE FUNCTION unified.create_audit_partitions(months_ahead integer DEFAULT 2)
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
  made integer := 0;
begin
  -- Two nodes at once: the second waits here and finds the work done.
  perform pg_advisory_xact_lock(hashtext('unified.create_audit_partitions'));
  for ahead in 0..months_ahead loop
    if unified.create_audit_partition(((now() at time zone 'UTC') + make_interval(months => ahead))::date) then
      made := made + 1;
    end if;
  end loop;
  return made;
end
$function$

CREATE OR REPLACE FUNCTION unified.date_password()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  if (old.password_hash, old.hash_scheme) is distinct from (new.password_hash, new.hash_scheme)
    and current_setting('dovetail.rehashing', true) is distinct from 'on'
  then
    new.changed_at := now();
    new.suspended_at := null;
    new.suspended_because := null;
  end if;
  if old.suspended_at is not null and new.suspended_at is null then
    new.restored_at := now();
  end if;
  return new;
end
$function$

CREATE OR REPLACE FUNCTION unified.dead_alias_leads_to_itself(alias_id bigint, address text, domain text)
 RETURNS boolean
 LANGUAGE plpgsql
 STABLE PARALLEL SAFE STRICT SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET plan_cache_mode TO 'force_generic_plan'
AS $function$
begin
  if address like '@%' or not unified.domain_catches_all(dead_alias_leads_to_itself.domain) then
    return false;
  end if;
  return not unified.has_working_alias(address)
    and not exists (
      select
      from unified.users as u
      where u.email = address
    )
    -- Of several rows of the alias one says it.
    and not exists (
      select
      from unified.email_aliases as a
      where a.alias_email = address
        and a.id < alias_id
    );
end
$function$

CREATE OR REPLACE FUNCTION unified.dns_absolute(host text)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
RETURN (rtrim(host, '.'::text) || '.'::text)

CREATE OR REPLACE FUNCTION unified.dns_mailbox(address text)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
RETURN ((replace(unified.local_part_of(address), '.'::text, '\.'::text) || '.'::text) || unified.domain_of(address))

CREATE OR REPLACE FUNCTION unified.dns_text(value text)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
RETURN (SELECT string_agg((('"'::text || regexp_replace(substr(dns_text.value, start.start, 63), '(["\\])'::text, '\\\1'::text, 'g'::text)) || '"'::text), ' '::text ORDER BY start.start) AS string_agg FROM generate_series(1, GREATEST(length(dns_text.value), 1), 63) start(start))

CREATE OR REPLACE FUNCTION unified.domain_catches_all(domain text)
 RETURNS boolean
 LANGUAGE plpgsql
 STABLE PARALLEL SAFE STRICT SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET plan_cache_mode TO 'force_generic_plan'
AS $function$
begin
  return exists (
    select
    from unified.mail_alias_states as c
    where c.alias_email = '@' || domain_catches_all.domain
      and c.is_usable
  ) or exists (
    select
    from unified.mail_domains as d
    where d.domain = domain_catches_all.domain
      and d.domain_type = 'alias'
  );
end
$function$

CREATE OR REPLACE FUNCTION unified.domain_of(address text)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
RETURN "substring"(address, '[^@]+$'::text)

CREATE OR REPLACE FUNCTION unified.domain_usage(name text)
 RETURNS bigint
 LANGUAGE sql
 STABLE PARALLEL SAFE STRICT SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
BEGIN ATOMIC
 SELECT (COALESCE(sum(unified.quota_base_units(q.current_usage, q.quota_unit)), (0)::numeric))::bigint AS "coalesce"
    FROM (unified.users u
      JOIN unified.user_quotas q ON ((q.user_id = u.id)))
   WHERE ((u.domain = domain_usage.name) AND (q.service = 'dovecot'::text) AND (q.quota_type = 'storage'::text));
END

CREATE OR REPLACE FUNCTION unified.domain_works(domain text)
 RETURNS boolean
 LANGUAGE plpgsql
 STABLE PARALLEL SAFE STRICT SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET plan_cache_mode TO 'force_generic_plan'
AS $function$
begin
  return (
    select d.is_usable
    from unified.lookup_domains as d
    where d.domain = domain_works.domain
  );
end
$function$

CREATE OR REPLACE FUNCTION unified.drop_audit_partitions(keep_months integer)
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
  oldest_kept timestamptz := unified.audit_kept_since(keep_months);
  partition text;
  dropped integer := 0;
begin
  if keep_months < 1 then
    raise exception 'keep at least one month of the audit trail' using errcode = 'invalid_parameter_value';
  end if;
  for partition in
    select child.relname
    from pg_inherits
    join pg_class as child on child.oid = inhrelid
    where inhparent = 'unified.audit_log'::regclass
      and child.relname ~ '^audit_log_[0-9]{4}_[0-9]{2}$'
      and to_date(right(child.relname, 7), 'YYYY_MM')::timestamp at time zone 'UTC' < oldest_kept
    order by child.relname
  loop
    execute format('drop table unified.%I', partition);
    dropped := dropped + 1;
  end loop;
  delete from unified.audit_log_default where created_at < oldest_kept;
  return dropped;
end
$function$

CREATE OR REPLACE FUNCTION unified.ends_sessions(event_type text, event_data jsonb)
 RETURNS boolean
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
RETURN CASE event_type WHEN 'locked'::text THEN true WHEN 'deleted'::text THEN true WHEN 'password_suspended'::text THEN true WHEN 'password_changed'::text THEN ((event_data ->> 'change'::text) = ANY (ARRAY['changed'::text, 'removed'::text])) WHEN 'updated'::text THEN (((event_data -> 'changed'::text) ?| ARRAY['username'::text, 'email'::text]) OR (((event_data -> 'changed'::text) ? 'is_active'::text) AND ((event_data #>> '{was,is_active}'::text[]) = 'true'::text))) WHEN 'role_changed'::text THEN (((event_data ->> 'role_name'::text) = 'no_email'::text) AND ((event_data ->> 'change'::text) = ANY (ARRAY['added'::text, 'changed'::text])) AND ((event_data ->> 'is_active'::text) = 'true'::text)) WHEN 'domain_changed'::text THEN (((event_data ->> 'change'::text) = 'removed'::text) OR ((event_data ->> 'is_active'::text) = 'false'::text) OR ((event_data ->> 'domain_type'::text) <> ALL (ARRAY['virtual'::text, 'alias'::text]))) ELSE false END

CREATE OR REPLACE FUNCTION unified.fill_alias()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if new.is_catch_all is null
    or (tg_op = 'UPDATE' and new.alias_email <> old.alias_email and new.is_catch_all = old.is_catch_all) then
    new.is_catch_all := left(new.alias_email, 1) = '@';
  end if;
  return new;
end
$function$

CREATE OR REPLACE FUNCTION unified.fill_role()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  select username
  into new.granted_by_username
  from unified.users
  where id = new.granted_by;
  return new;
end
$function$

CREATE OR REPLACE FUNCTION unified.fill_user()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if tg_op = 'UPDATE' then
    -- A login name that was the address stays the address.
    if old.username = old.email and new.username = old.username then
      new.username := new.email;
    end if;
  else
    new.username := coalesce(new.username, new.email);
    new.home_directory := coalesce(
      new.home_directory,
      '/var/mail/' || rtrim(unified.mailbox_path(new.email), '/')
    );
  end if;
  return new;
end
$function$

CREATE OR REPLACE FUNCTION unified.forget_access()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  if tg_op = 'INSERT' then
    perform unified.announce_changes(array(
      select distinct unified.access_key(side, lookup_key) from new_rows limit 501
    ));
  elsif tg_op = 'DELETE' then
    perform unified.announce_changes(array(
      select distinct unified.access_key(side, lookup_key) from old_rows limit 501
    ));
  else
    perform unified.announce_changes(array(
      select distinct unnest(array[unified.access_key(o.side, o.lookup_key), unified.access_key(n.side, n.lookup_key)])
      from old_rows as o
      join new_rows as n using (id)
      where (o.user_id, o.domain, o.lookup_key, o.verdict, o.expires_at)
        is distinct from (n.user_id, n.domain, n.lookup_key, n.verdict, n.expires_at)
      limit 501
    ));
  end if;
  return null;
end
$function$

CREATE OR REPLACE FUNCTION unified.forget_access_of_user()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  perform unified.announce_changes(array(
    select distinct unified.access_key(side, lookup_key) from unified.access_entries where user_id = new.id limit 501
  ));
  return null;
end
$function$

CREATE OR REPLACE FUNCTION unified.forget_aliases()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  if tg_op = 'INSERT' then
    perform unified.announce_changes(array(select distinct alias_email from new_rows limit 501));
  elsif tg_op = 'DELETE' then
    perform unified.announce_changes(array(select distinct alias_email from old_rows limit 501));
  else
    perform unified.announce_changes(array(
      select distinct unnest(array[o.alias_email, n.alias_email])
      from old_rows as o
      join new_rows as n using (id)
      where (o.user_id, o.alias_email, o.destination_email, o.is_active, o.may_send_as, o.allowed_senders, o.expires_at)
        is distinct from
            (n.user_id, n.alias_email, n.destination_email, n.is_active, n.may_send_as, n.allowed_senders, n.expires_at)
      limit 501
    ));
  end if;
  return null;
end
$function$

CREATE OR REPLACE FUNCTION unified.forget_certificates()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
  names text[];
begin
  if tg_op in ('INSERT', 'UPDATE') then
    select array_agg(name)
    into names
    from (
      select distinct unnest(array_append(subject_alt_names, domain)) as name
      from new_rows
      limit 501
    ) as named;
  end if;
  if tg_op in ('UPDATE', 'DELETE') then
    select coalesce(names, '{}') || array_agg(name)
    into names
    from (
      select distinct unnest(array_append(subject_alt_names, domain)) as name
      from old_rows
      limit 501
    ) as named;
  end if;
  perform unified.announce_changes(names);
  return null;
end
$function$

CREATE OR REPLACE FUNCTION unified.forget_domain_quotas()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  if exists (
    select
    from old_rows as o
    join new_rows as n using (id)
    where o.quota_bytes is distinct from n.quota_bytes
  ) then
    perform unified.announce_everything();
  end if;
  return null;
end
$function$

CREATE OR REPLACE FUNCTION unified.forget_domains()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  if tg_op = 'INSERT' then
    perform unified.announce_changes(array(select unnest(array[domain, catch_all]) from new_rows limit 501));
  elsif tg_op = 'DELETE' then
    perform unified.announce_changes(array(select unnest(array[domain, catch_all]) from old_rows limit 501));
  elsif exists (
    -- What every account of the domain depends on.
    select
    from old_rows as o
    join new_rows as n using (id)
    where (o.domain, o.domain_type, o.target_domain, o.is_active, o.default_user_quota_bytes)
      is distinct from
          (n.domain, n.domain_type, n.target_domain, n.is_active, n.default_user_quota_bytes)
  ) then
    perform unified.announce_everything();
  else
    perform unified.announce_changes(array(select unnest(array[domain, catch_all]) from new_rows limit 501));
  end if;
  return null;
end
$function$

CREATE OR REPLACE FUNCTION unified.forget_entered_recipients()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
  keys text[];
begin
  if tg_op = 'INSERT' then
    keys := array(select distinct key from new_rows where map = 'relay_recipient_maps' limit 501);
  elsif tg_op = 'DELETE' then
    keys := array(select distinct key from old_rows where map = 'relay_recipient_maps' limit 501);
  else
    keys := array(
      select distinct unnest(array[o.key, n.key])
      from old_rows as o
      join new_rows as n using (id)
      where 'relay_recipient_maps' in (o.map, n.map)
      limit 501
    );
  end if;
  perform unified.announce_changes(array(
    select distinct '@' || substring(key from '[^@]+$') from unnest(keys) as key
  ));
  return null;
end
$function$

CREATE OR REPLACE FUNCTION unified.forget_everything()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  perform unified.announce_everything();
  return null;
end
$function$

CREATE OR REPLACE FUNCTION unified.forget_full_mailboxes()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET enable_nestloop TO 'off'
AS $function$
declare
  ids bigint[];
begin
  ids := array(
    select distinct n.user_id
    from old_rows as o
    join new_rows as n using (id)
    where (o.full_since is null) <> (n.full_since is null)
    limit 501
  );
  perform unified.announce_changes(array(
    select unnest(array[email, username]) from unified.users where id = any(ids)
  ));
  return null;
end
$function$

CREATE OR REPLACE FUNCTION unified.forget_map_entries()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  if tg_op = 'INSERT' then
    perform unified.announce_changes(array(select distinct key from new_rows limit 501));
  elsif tg_op = 'DELETE' then
    perform unified.announce_changes(array(select distinct key from old_rows limit 501));
  else
    perform unified.announce_changes(array(
      select distinct unnest(array[o.key, n.key])
      from old_rows as o
      join new_rows as n using (id)
      limit 501
    ));
  end if;
  return null;
end
$function$

CREATE OR REPLACE FUNCTION unified.forget_password_networks()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  perform unified.announce_changes(array(
    select unnest(array[email, username]) from unified.users where id = new.user_id
  ));
  return null;
end
$function$

CREATE OR REPLACE FUNCTION unified.forget_passwords()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET enable_nestloop TO 'off'
AS $function$
declare
  ids bigint[];
begin
  if tg_op = 'INSERT' then
    ids := array(select distinct user_id from new_rows limit 501);
  elsif tg_op = 'DELETE' then
    ids := array(select distinct user_id from old_rows limit 501);
  else
    ids := array(
      select distinct unnest(array[o.user_id, n.user_id])
      from old_rows as o
      join new_rows as n using (id)
      where (o.user_id, o.service, o.label, o.password_hash, o.hash_scheme, o.expires_at, o.must_change_on_next_login)
        is distinct from
            (n.user_id, n.service, n.label, n.password_hash, n.hash_scheme, n.expires_at, n.must_change_on_next_login)
      limit 501
    );
  end if;
  perform unified.announce_changes(array(
    select unnest(array[email, username]) from unified.users where id = any(ids)
  ));
  return null;
end
$function$

CREATE OR REPLACE FUNCTION unified.forget_quotas()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET enable_nestloop TO 'off'
AS $function$
declare
  ids bigint[];
begin
  if tg_op = 'INSERT' then
    ids := array(select distinct user_id from new_rows where not follows_domain limit 501);
  elsif tg_op = 'DELETE' then
    ids := array(select distinct user_id from old_rows where not follows_domain limit 501);
  else
    ids := array(
      select distinct unnest(array[o.user_id, n.user_id])
      from old_rows as o
      join new_rows as n using (id)
      where (o.user_id, o.service, o.quota_type, o.quota_value, o.quota_unit, o.follows_domain)
        is distinct from
            (n.user_id, n.service, n.quota_type, n.quota_value, n.quota_unit, n.follows_domain)
      limit 501
    );
  end if;
  perform unified.announce_changes(array(
    select unnest(array[email, username]) from unified.users where id = any(ids)
  ));
  return null;
end
$function$

CREATE OR REPLACE FUNCTION unified.forget_rate_limits()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
  ids bigint[];
begin
  if tg_op = 'INSERT' then
    ids := array(select distinct user_id from new_rows limit 501);
  elsif tg_op = 'DELETE' then
    ids := array(select distinct user_id from old_rows limit 501);
  else
    ids := array(
      select distinct unnest(array[o.user_id, n.user_id])
      from old_rows as o
      join new_rows as n using (id)
      limit 501
    );
  end if;
  -- Who is nobody's alone is everybody's of a domain, or of all.
  if array_position(ids, null) is not null then
    perform unified.announce_everything();
    return null;
  end if;
  perform unified.announce_changes(array(
    select unnest(array[email, username]) from unified.users where id = any(ids)
  ));
  return null;
end
$function$

CREATE OR REPLACE FUNCTION unified.forget_roles()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
  ids bigint[];
begin
  if tg_op = 'INSERT' then
    ids := array(select distinct user_id from new_rows limit 501);
  elsif tg_op = 'DELETE' then
    ids := array(select distinct user_id from old_rows limit 501);
  else
    ids := array(
      select distinct unnest(array[o.user_id, n.user_id])
      from old_rows as o
      join new_rows as n using (id)
      limit 501
    );
  end if;
  perform unified.announce_users(
    ids,
    array(select unnest(array[email, username]) from unified.users where id = any(ids))
  );
  return null;
end
$function$

CREATE OR REPLACE FUNCTION unified.forget_senders()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  if tg_op = 'INSERT' then
    perform unified.announce_changes(array(select distinct sender from new_rows limit 501));
  elsif tg_op = 'DELETE' then
    perform unified.announce_changes(array(select distinct sender from old_rows limit 501));
  else
    perform unified.announce_changes(array(
      select distinct unnest(array[o.sender, n.sender])
      from old_rows as o
      join new_rows as n using (id)
      limit 501
    ));
  end if;
  return null;
end
$function$

CREATE OR REPLACE FUNCTION unified.forget_srs_secrets()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  perform unified.announce_changes(array['srs_secrets']);
  return null;
end
$function$

CREATE OR REPLACE FUNCTION unified.forget_users()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET enable_nestloop TO 'off'
AS $function$
declare
  ids bigint[];
  names text[];
begin
  if tg_op = 'INSERT' then
    select array_agg(id), array_agg(email) || array_agg(username)
    into ids, names
    from (select id, email, username from new_rows limit 501) as first_rows;
  elsif tg_op = 'DELETE' then
    select array_agg(id), array_agg(email) || array_agg(username)
    into ids, names
    from (select id, email, username from old_rows limit 501) as first_rows;
  else
    select array_agg(id), array_agg(old_email) || array_agg(old_username) || array_agg(email) || array_agg(username)
    into ids, names
    from (
      select n.id, n.email, n.username, o.email as old_email, o.username as old_username
      from old_rows as o
      join new_rows as n using (id)
      where (o.username, o.email, o.home_directory, o.mailbox_format, o.system_uid, o.system_gid, o.is_active, o.is_locked)
        is distinct from
            (n.username, n.email, n.home_directory, n.mailbox_format, n.system_uid, n.system_gid, n.is_active, n.is_locked)
      limit 501
    ) as first_rows;
  end if;
  perform unified.announce_users(ids, names);
  return null;
end
$function$

CREATE OR REPLACE FUNCTION unified.grant_select(view_name text, role_name text)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
begin
  perform unified.grant_to(role_name, format('select on unified.%I', view_name));
  -- Whoever may look up, the daemon and the admin may too.
  if role_name = 'dovetail_lookup' then
    perform unified.grant_to('dovetail_daemon', format('select on unified.%I', view_name));
    perform unified.grant_to('dovetail_admin', format('select on unified.%I', view_name));
  end if;
end
$function$

CREATE OR REPLACE FUNCTION unified.grant_to(role_name text, command text)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
begin
  if exists (select from pg_roles where rolname = role_name) then
    execute format('grant %s to %I', command, role_name);
  else
    raise notice 'nothing granted to %: there is no such role', role_name;
  end if;
end
$function$

CREATE OR REPLACE FUNCTION unified.grow_own_serial()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if new.serial_number <> old.serial_number then
    if not unified.serial_grows(old.serial_number, new.serial_number) then
      new.serial_number := unified.next_zone_serial(old.serial_number);
    end if;
  elsif (new.domain, new.refresh_interval, new.retry_interval, new.expire_interval, new.minimum_ttl,
         new.primary_ns, new.admin_email, new.is_active, new.zone_type)
    is distinct from
        (old.domain, old.refresh_interval, old.retry_interval, old.expire_interval, old.minimum_ttl,
         old.primary_ns, old.admin_email, old.is_active, old.zone_type) then
    new.serial_number := unified.next_zone_serial(old.serial_number);
  end if;
  return new;
end
$function$

CREATE OR REPLACE FUNCTION unified.grow_zone_serials(zones text[])
 RETURNS void
 LANGUAGE sql
BEGIN ATOMIC
 UPDATE unified.dns_zones SET serial_number = unified.next_zone_serial(dns_zones.serial_number)
   WHERE (dns_zones.domain IN ( SELECT locked.domain
            FROM ( SELECT dns_zones_1.domain
                    FROM unified.dns_zones dns_zones_1
                   WHERE (dns_zones_1.domain = ANY (grow_zone_serials.zones))
                   ORDER BY dns_zones_1.domain
                  FOR NO KEY UPDATE OF dns_zones_1) locked));
END

CREATE OR REPLACE FUNCTION unified.has_working_alias(address text)
 RETURNS boolean
 LANGUAGE plpgsql
 STABLE PARALLEL SAFE STRICT SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET plan_cache_mode TO 'force_generic_plan'
AS $function$
begin
  return exists (
    select
    from unified.mail_alias_states as a
    where a.alias_email = address
      and a.is_usable
  );
end
$function$

CREATE OR REPLACE FUNCTION unified.is_shut_mailbox(address text)
 RETURNS boolean
 LANGUAGE plpgsql
 STABLE PARALLEL SAFE STRICT SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET plan_cache_mode TO 'force_generic_plan'
AS $function$
begin
  return exists (
    select
    from unified.mail_user_states as m
    where m.email = address
      and not m.is_usable
      and not m.is_relayed
  );
end
$function$

CREATE OR REPLACE FUNCTION unified.local_part_of(address text)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN (address ~~ '"%'::text) THEN regexp_replace("substring"(address, '^"(.*)"@[^@]*$'::text), '\\(.)'::text, '\1'::text, 'g'::text) ELSE "left"(address, ('-1'::integer - length("substring"(address, '[^@]+$'::text)))) END

CREATE OR REPLACE FUNCTION unified.mailbox_leads_to_itself(address text, domain text)
 RETURNS boolean
 LANGUAGE plpgsql
 STABLE PARALLEL SAFE STRICT SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET plan_cache_mode TO 'force_generic_plan'
AS $function$
begin
  -- The first is false nearly always, and the rest is then not even planned.
  if not unified.domain_catches_all(mailbox_leads_to_itself.domain) then
    return false;
  end if;
  return unified.is_shut_mailbox(address) or not unified.has_working_alias(address);
end
$function$

CREATE OR REPLACE FUNCTION unified.mailbox_path(address text)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
RETURN (((unified.domain_of(address) || CASE WHEN (address ~~ '".%'::text) THEN '/=2E'::text ELSE '/'::text END) || replace(replace(replace(CASE WHEN (address ~~ '".%'::text) THEN substr(unified.local_part_of(address), 2) ELSE unified.local_part_of(address) END, '='::text, '=3D'::text), '/'::text, '=2F'::text), '%'::text, '=25'::text)) || '/'::text)

CREATE OR REPLACE FUNCTION unified.may_use_mail(user_id bigint)
 RETURNS boolean
 LANGUAGE plpgsql
 STABLE PARALLEL SAFE STRICT SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET plan_cache_mode TO 'force_generic_plan'
AS $function$
begin
  return (
    select m.is_usable
    from unified.mail_user_states as m
    where m.user_id = may_use_mail.user_id
  );
end
$function$

CREATE OR REPLACE FUNCTION unified.needs_app_password(user_id bigint)
 RETURNS boolean
 LANGUAGE plpgsql
 STABLE PARALLEL SAFE STRICT SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET plan_cache_mode TO 'force_generic_plan'
AS $function$
begin
  return exists (
    select
    from unified.app_password_rules as a
    where a.user_id = needs_app_password.user_id
  ) or exists (
    select
    from unified.users as u
    join unified.app_password_rules as a on a.domain = u.domain
    where u.id = needs_app_password.user_id
  ) or exists (
    select
    from unified.user_roles as r
    join unified.app_password_rules as a on a.role_name = r.role_name
    where r.user_id = needs_app_password.user_id
      and r.is_active
      and (r.expires_at is null or r.expires_at > now())
  );
end
$function$

CREATE OR REPLACE FUNCTION unified.newest_revocation()
 RETURNS bigint
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
RETURN (SELECT COALESCE(max(mailbox_events.id), (0)::bigint) AS "coalesce" FROM unified.mailbox_events WHERE unified.ends_sessions(mailbox_events.event_type, mailbox_events.event_data))

CREATE OR REPLACE FUNCTION unified.next_zone_serial(serial bigint, today date DEFAULT ((now() AT TIME ZONE 'UTC'::text))::date)
 RETURNS bigint
 LANGUAGE sql
 STABLE PARALLEL SAFE STRICT
RETURN CASE WHEN unified.serial_grows(serial, ((to_char((today)::timestamp with time zone, 'YYYYMMDD'::text))::bigint * 100)) THEN ((to_char((today)::timestamp with time zone, 'YYYYMMDD'::text))::bigint * 100) ELSE ((serial % '4294967295'::bigint) + 1) END

CREATE OR REPLACE FUNCTION unified.purge_greylist(most bigint)
 RETURNS bigint
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
  ended bigint;
  surplus bigint;
begin
  -- Another node does it just now.
  if not pg_try_advisory_xact_lock(hashtext('unified.purge_greylist')) then
    return 0;
  end if;
  delete from unified.greylist_entries
  where expires_at <= now();
  get diagnostics ended = row_count;
  -- What would end first: strangers who have not come again.
  delete from unified.greylist_entries
  where expires_at <= (
    select expires_at
    from unified.greylist_entries
    order by expires_at desc
    offset most
    limit 1
  );
  get diagnostics surplus = row_count;
  return ended + surplus;
end
$function$

CREATE OR REPLACE FUNCTION unified.purge_mailbox_events(keep interval, most integer)
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
  purged integer;
begin
  -- Sessions are ended by events of the last hour, and what is told once an hour is looked for there.
  if keep < interval '1 day' then
    raise exception 'keep at least one day of mailbox_events' using errcode = 'invalid_parameter_value';
  end if;
  -- Another node does it just now.
  if not pg_try_advisory_xact_lock(hashtext('unified.purge_mailbox_events')) then
    return 0;
  end if;
  delete from unified.mailbox_events
  where id = any (array(
    select id
    from unified.mailbox_events
    where created_at < now() - keep
    order by created_at
    limit most
    for update skip locked
  ));
  get diagnostics purged = row_count;
  return purged;
end
$function$

CREATE OR REPLACE FUNCTION unified.quota_base_units(value numeric, unit text)
 RETURNS bigint
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE STRICT
RETURN (LEAST(round((value * unified.quota_unit_size(unit))), ('9223372036854775807'::bigint)::numeric))::bigint

CREATE OR REPLACE FUNCTION unified.quota_unit_size(unit text)
 RETURNS numeric
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
RETURN CASE unit WHEN 'KB'::text THEN (1024)::numeric WHEN 'MB'::text THEN (1048576)::numeric WHEN 'GB'::text THEN (1073741824)::numeric WHEN 'TB'::text THEN ('1099511627776'::bigint)::numeric ELSE (1)::numeric END

CREATE OR REPLACE FUNCTION unified.record_account_events()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET enable_nestloop TO 'off'
AS $function$
declare
  event_type text := tg_argv[0];
  shown text[] := tg_argv[1];
  ignored text[] := tg_argv[2];
begin
  if tg_op = 'INSERT' then
    perform unified.write_account_events(
      event_type, 'added', array(select to_jsonb(n) from new_rows as n), shown
    );
  elsif tg_op = 'DELETE' then
    perform unified.write_account_events(
      event_type, 'removed', array(select to_jsonb(o) from old_rows as o), shown
    );
  else
    perform unified.write_account_events(
      event_type,
      'changed',
      array(
        select to_jsonb(n)
        from old_rows as o
        join new_rows as n using (id)
        where to_jsonb(o) - ignored is distinct from to_jsonb(n) - ignored
      ),
      shown
    );
  end if;
  return null;
end
$function$

CREATE OR REPLACE FUNCTION unified.record_audit(entries jsonb)
 RETURNS void
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
BEGIN ATOMIC
 INSERT INTO unified.audit_log (user_id, session_id, service, action, resource, resource_id, ip_address, user_agent, request_method, request_path, success, status_code, error_message, additional_data, duration_ms, created_at)  SELECT entry.user_id,
             entry.session_id,
             entry.service,
             entry.action,
             entry.resource,
             entry.resource_id,
             entry.ip_address,
             entry.user_agent,
             entry.request_method,
             entry.request_path,
             COALESCE(entry.success, true) AS "coalesce",
             entry.status_code,
             entry.error_message,
             COALESCE(entry.additional_data, '{}'::jsonb) AS "coalesce",
             entry.duration_ms,
             COALESCE(entry.created_at, now()) AS "coalesce"
            FROM jsonb_to_recordset(record_audit.entries) entry(user_id bigint, session_id text, service text, action text, resource text, resource_id text, ip_address inet, user_agent text, request_method text, request_path text, success boolean, status_code integer, error_message text, additional_data jsonb, duration_ms integer, created_at timestamp with time zone);
END

CREATE OR REPLACE FUNCTION unified.record_certificate_notifications()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  if tg_op = 'INSERT' then
    insert into unified.certificate_notifications (certificate_id, notification_type, message, notification_data)
    select
      id, 'created', 'certificate for ' || domain || ' created',
      jsonb_build_object('certificate_id', id, 'domain', domain, 'not_after', not_after)
    from new_rows;

  elsif tg_op = 'DELETE' then
    -- The row is gone: only the data can name it.
    insert into unified.certificate_notifications (certificate_id, notification_type, message, notification_data)
    select
      null, 'deleted', 'certificate for ' || domain || ' deleted',
      jsonb_build_object('certificate_id', id, 'domain', domain, 'not_after', not_after)
    from old_rows;

  else
    insert into unified.certificate_notifications (certificate_id, notification_type, message, notification_data)
    select
      n.id, change.type, 'certificate for ' || n.domain || ' ' || change.words,
      jsonb_build_object('certificate_id', n.id, 'domain', n.domain, 'not_after', n.not_after)
    from old_rows as o
    join new_rows as n using (id)
    cross join lateral (
      select *
      from (
        values
          ('error', 'could not be renewed', n.renewal_error_message is not null
            and n.renewal_error_message is distinct from o.renewal_error_message),
          ('renewed', 'renewed', n.not_after > o.not_after),
          ('updated', 'updated', to_jsonb(n) - array['updated_at', 'renewal_attempts', 'last_renewal_attempt']
            is distinct from to_jsonb(o) - array['updated_at', 'renewal_attempts', 'last_renewal_attempt'])
      ) as possible (type, words, happened)
      where possible.happened
      limit 1
    ) as change;
  end if;
  return null;
end
$function$

CREATE OR REPLACE FUNCTION unified.record_domain_events()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  if tg_op = 'INSERT' then
    insert into unified.mailbox_events (event_type, domain, event_data)
    select 'domain_changed', domain, jsonb_build_object('domain_type', domain_type, 'change', 'added')
    from new_rows;
  elsif tg_op = 'DELETE' then
    insert into unified.mailbox_events (event_type, domain, event_data)
    select 'domain_changed', domain, jsonb_build_object('domain_type', domain_type, 'change', 'removed')
    from old_rows;
  else
    insert into unified.mailbox_events (event_type, domain, event_data)
    select
      'domain_changed', n.domain,
      jsonb_build_object('domain_type', n.domain_type, 'is_active', n.is_active, 'change', 'changed')
    from old_rows as o
    join new_rows as n using (id)
    where to_jsonb(o) - array['updated_at', 'description']
      is distinct from to_jsonb(n) - array['updated_at', 'description'];
  end if;
  return null;
end
$function$

CREATE OR REPLACE FUNCTION unified.record_event(event_type text, login text, event_data jsonb)
 RETURNS bigint
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
BEGIN ATOMIC
 INSERT INTO unified.mailbox_events (event_type, user_id, username, email, domain, home_directory, event_data)  SELECT record_event.event_type AS event_type,
             u.id,
             named.login,
             u.email,
             u.domain,
             u.home_directory,
             record_event.event_data AS event_data
            FROM (( SELECT record_event.login AS login) named
              LEFT JOIN unified.users u ON ((u.username = named.login)))
   RETURNING mailbox_events.id;
END

CREATE OR REPLACE FUNCTION unified.record_failed_logins(user_ids bigint[], failed_at timestamp with time zone[])
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  perform from unified.users
  where id = any(user_ids)
  order by id
  for no key update;

  update unified.users as u
  set last_failed_login_at = greatest(u.last_failed_login_at, failure.at),
      failed_login_attempts = u.failed_login_attempts + failure.times
  from (
    select user_id, max(at) as at, count(*) as times
    from unnest(user_ids, failed_at) as failures (user_id, at)
    group by user_id
  ) as failure
  where u.id = failure.user_id;
end
$function$

CREATE OR REPLACE FUNCTION unified.record_greylist(entries jsonb)
 RETURNS void
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
BEGIN ATOMIC
 INSERT INTO unified.greylist_entries AS known (key, kind, network, sender, recipient, passes, first_seen_at, seen_at, expires_at)  SELECT entry.key,
             entry.kind,
             entry.network,
             entry.sender,
             entry.recipient,
             entry.passes,
             (now() - make_interval(secs => entry.age)),
             now() AS now,
             (now() + make_interval(secs => entry.keep))
            FROM jsonb_to_recordset(record_greylist.entries) entry(key uuid, kind text, network cidr, sender text, recipient text, passes integer, age double precision, keep double precision)
           ORDER BY entry.key ON CONFLICT(key) DO UPDATE SET passes = (
         CASE
             WHEN (known.expires_at > now()) THEN known.passes
             ELSE 0
         END + excluded.passes), first_seen_at =
         CASE
             WHEN (known.expires_at > now()) THEN LEAST(known.first_seen_at, excluded.first_seen_at)
             ELSE excluded.first_seen_at
         END, seen_at = excluded.seen_at, expires_at = GREATEST(known.expires_at, excluded.expires_at);
END

CREATE OR REPLACE FUNCTION unified.record_logins(password_ids bigint[], logged_in_at timestamp with time zone[])
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  perform from unified.users
  where id in (select user_id from unified.user_passwords where id = any(password_ids))
  order by id
  for no key update;

  update unified.user_passwords as p
  set last_used_at = greatest(p.last_used_at, login.at)
  from (
    select password_id, max(at) as at
    from unnest(password_ids, logged_in_at) as logins (password_id, at)
    group by password_id
  ) as login
  where p.id = login.password_id;

  update unified.users as u
  set last_login_at = greatest(u.last_login_at, login.at),
      failed_login_attempts = 0
  from (
    select p.user_id, max(logins.at) as at
    from unnest(password_ids, logged_in_at) as logins (password_id, at)
    join unified.user_passwords as p on p.id = logins.password_id
    group by p.user_id
  ) as login
  where u.id = login.user_id;
end
$function$

CREATE OR REPLACE FUNCTION unified.record_quota_changes()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET enable_nestloop TO 'off'
AS $function$
begin
  perform unified.write_account_events(
    'quota_changed',
    'changed',
    array(
      select to_jsonb(n)
      from old_rows as o
      join new_rows as n using (id)
      where (o.user_id, o.service, o.quota_type, o.quota_value, o.quota_unit, o.follows_domain, o.warning_percent)
        is distinct from
            (n.user_id, n.service, n.quota_type, n.quota_value, n.quota_unit, n.follows_domain, n.warning_percent)
    ),
    '{service,quota_type,quota_value,quota_unit}'
  );
  return null;
end
$function$

CREATE OR REPLACE FUNCTION unified.record_suspension()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  insert into unified.mailbox_events (event_type, user_id, username, email, domain, home_directory, event_data)
  select
    case when new.suspended_at is null then 'password_restored' else 'password_suspended' end,
    id, username, email, domain, home_directory,
    jsonb_build_object(
      'user_id', id, 'password_id', new.id, 'service', new.service, 'label', new.label,
      'because', coalesce(new.suspended_because, old.suspended_because)
    )
  from unified.users
  where id = new.user_id;
  perform unified.announce_changes(array(
    select unnest(array[email, username]) from unified.users where id = new.user_id
  ));
  return null;
end
$function$

CREATE OR REPLACE FUNCTION unified.record_token_logins(user_ids bigint[], logged_in_at timestamp with time zone[])
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  perform from unified.users
  where id = any(user_ids)
  order by id
  for no key update;

  update unified.users as u
  set last_login_at = greatest(u.last_login_at, login.at),
      failed_login_attempts = 0
  from (
    select user_id, max(at) as at
    from unnest(user_ids, logged_in_at) as logins (user_id, at)
    group by user_id
  ) as login
  where u.id = login.user_id;
end
$function$

CREATE OR REPLACE FUNCTION unified.record_usage(logins text[], quota_types text[], usages bigint[], are_added boolean[] DEFAULT NULL::boolean[], warnings smallint[] DEFAULT '{80,95}'::smallint[], ages double precision[] DEFAULT NULL::double precision[])
 RETURNS SETOF text
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET plan_cache_mode TO 'force_custom_plan'
AS $function$
declare
  arrived constant timestamptz := clock_timestamp();
  user_ids bigint[];
  types text[];
  amounts bigint[];
  added boolean[];
  times timestamptz[];
  ids bigint[];
begin
  select array_agg(user_id), array_agg(quota_type), array_agg(usage), array_agg(is_added), array_agg(said_at)
  into user_ids, types, amounts, added, times
  from (
    select distinct on (u.id, said.quota_type)
      u.id as user_id, said.quota_type, said.usage, coalesce(said.is_added, false) as is_added,
      arrived - make_interval(secs => greatest(coalesce(said.age, 0), 0)) as said_at
    from unnest(logins, quota_types, usages, are_added, ages) with ordinality
      as said (login, quota_type, usage, is_added, age, place)
    join unified.users as u on u.username = said.login
    order by u.id, said.quota_type, said.place desc
  ) as latest;

  insert into unified.user_quotas (user_id, service, quota_type, quota_unit, follows_domain)
  select
    said.user_id, 'dovecot', said.quota_type,
    case when said.quota_type in ('storage', 'bandwidth') then 'bytes' else 'count' end,
    true
  from unnest(user_ids, types) as said (user_id, quota_type)
  where not exists (
    select
    from unified.user_quotas as q
    where q.user_id = said.user_id
      and q.service = 'dovecot'
      and q.quota_type = said.quota_type
  )
  order by said.user_id, said.quota_type
  on conflict on constraint user_quotas_user_id_service_quota_type_unique do nothing;

  select array_agg(id), array_agg(amount), array_agg(is_added), array_agg(said_at)
  into ids, amounts, added, times
  from (
    select q.id, said.amount, said.is_added, said.said_at
    from unnest(user_ids, types, amounts, added, times) as said (user_id, quota_type, amount, is_added, said_at)
    join unified.user_quotas as q
      on q.user_id = said.user_id
      and q.service = 'dovecot'
      and q.quota_type = said.quota_type
    order by q.id
    for no key update of q
  ) as locked;

  return query
  with measured as (
    select
      q.id, q.told_percent, q.full_since, q.quota_type, q.quota_unit, q.warning_percent,
      u.id as user_id, u.username, u.email, u.domain, u.home_directory,
      case when said.is_added then q.reported_at else said.said_at end as reported_at,
      not said.is_added
        and coalesce(said.said_at < q.reported_at and q.reported_at <= clock_timestamp(), false) as is_overtaken,
      not said.is_added and coalesce(said.said_at < q.reported_at + interval '10 seconds', false) as is_unsure,
      now_used.usage, base."limit",
      case
        when base."limit" > 0 then least(100.0 * now_used.usage / base."limit", 999)
        when base."limit" = 0 then 100
        else 0
      end as percent
    from unnest(ids, amounts, added, times) as said (id, amount, is_added, said_at)
    join unified.user_quotas as q on q.id = said.id
    join unified.users as u on u.id = q.user_id
    join unified.mail_domains as d on d.domain = u.domain
    cross join lateral (
      select
        greatest(
          said.amount::numeric
            + case when said.is_added then unified.quota_base_units(q.current_usage, q.quota_unit) else 0 end,
          0
        ) as usage
    ) as now_used
    cross join lateral (
      select case
        when not q.follows_domain then unified.quota_base_units(q.quota_value, q.quota_unit)
        when q.quota_type = 'storage' then d.default_user_quota_bytes
      end as "limit"
    ) as base
  ),
  judged as (
    select
      m.*,
      case
        when reached.percent > m.told_percent or m.percent < m.told_percent - 5 then reached.percent
        else m.told_percent
      end as tells
    from measured as m
    cross join lateral (
      select coalesce(max(percent), 0) as percent
      from unnest(
        case when m.warning_percent is null then warnings else array[m.warning_percent] end || 100::smallint
      ) as threshold (percent)
      where threshold.percent <= m.percent
    ) as reached
    where not m.is_overtaken
  ),
  written as (
    update unified.user_quotas as q
    set current_usage = j.usage / unified.quota_unit_size(q.quota_unit),
        told_percent = j.tells,
        full_since = case when j.usage >= j."limit" then coalesce(q.full_since, now()) end,
        reported_at = j.reported_at
    from judged as j
    where q.id = j.id
  ),
  told as (
    insert into unified.mailbox_events (event_type, user_id, username, email, domain, home_directory, event_data)
    select
      case
        when j.tells < j.told_percent then 'quota_ok'
        when j.tells = 100 then 'quota_exceeded'
        else 'quota_warning'
      end,
      j.user_id, j.username, j.email, j.domain, j.home_directory,
      jsonb_build_object(
        'user_id', j.user_id, 'service', 'dovecot', 'quota_type', j.quota_type, 'usage', j.usage,
        'limit', j."limit", 'percent', round(j.percent, 1), 'threshold', j.tells
      )
    from judged as j
    where j.tells <> j.told_percent
    order by j.id
  )
  select distinct m.username
  from measured as m
  where m.is_unsure;
end
$function$

CREATE OR REPLACE FUNCTION unified.record_user_events()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET enable_nestloop TO 'off'
 SET jit TO 'off'
AS $function$
begin
  if tg_op = 'INSERT' then
    insert into unified.mailbox_events (event_type, user_id, username, email, domain, home_directory, event_data)
    select
      'created', id, username, email, domain, home_directory,
      jsonb_build_object('user_id', id, 'mailbox_format', mailbox_format)
    from new_rows;

  elsif tg_op = 'DELETE' then
    insert into unified.mailbox_events (event_type, user_id, username, email, domain, home_directory, event_data)
    select
      'deleted', id, username, email, domain, home_directory,
      jsonb_build_object('user_id', id, 'mailbox_format', mailbox_format)
    from old_rows;

  else
    insert into unified.mailbox_events (event_type, user_id, username, email, domain, home_directory, event_data)
    select
      event.type, n.id, n.username, n.email, n.domain, n.home_directory,
      jsonb_build_object('user_id', n.id) || event.data
    from old_rows as o
    join new_rows as n using (id)
    cross join lateral (
      select array_remove(array[
        case when n.username is distinct from o.username then 'username' end,
        case when n.email is distinct from o.email then 'email' end,
        case when n.first_name is distinct from o.first_name then 'first_name' end,
        case when n.last_name is distinct from o.last_name then 'last_name' end,
        case when n.system_uid is distinct from o.system_uid then 'system_uid' end,
        case when n.system_gid is distinct from o.system_gid then 'system_gid' end,
        case when n.home_directory is distinct from o.home_directory then 'home_directory' end,
        case when n.mailbox_format is distinct from o.mailbox_format then 'mailbox_format' end,
        case when n.is_active is distinct from o.is_active then 'is_active' end,
        case when n.email_verified is distinct from o.email_verified then 'email_verified' end
      ], null) as columns
    ) as changed
    cross join lateral (
      select
        'updated' as type,
        jsonb_build_object(
          'changed', to_jsonb(changed.columns),
          'was', jsonb_build_object(
            'username', o.username,
            'email', o.email,
            'home_directory', o.home_directory,
            'is_active', o.is_active
          )
        ) as data
      where changed.columns <> '{}'
      union all
      select case when n.is_locked then 'locked' else 'unlocked' end, '{}'::jsonb
      where n.is_locked is distinct from o.is_locked
    ) as event;
  end if;
  return null;
end
$function$

CREATE OR REPLACE FUNCTION unified.refuse_crowded_cname(record_ids bigint[])
 RETURNS void
 LANGUAGE plpgsql
AS $function$
declare
  crowded text;
begin
  select cname.fqdn
  into crowded
  from unified.dns_records as touched
  join unified.dns_records as cname using (domain, name)
  join unified.dns_records as other using (domain, name)
  where touched.id = any(record_ids)
    and cname.record_type = 'CNAME'
    and cname.is_active
    and other.is_active
    and other.id <> cname.id
  limit 1;
  if found then
    raise exception 'a CNAME stands alone on its name: %', crowded
      using errcode = 'check_violation',
            schema = 'unified',
            table = 'dns_records',
            constraint = 'dns_records_record_type_alone',
            hint = 'remove the other records of this name, or the CNAME (RFC 1034 3.6.2)';
  end if;
end
$function$

CREATE OR REPLACE FUNCTION unified.refuse_lonely_alias()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  if exists (
    select from unified.email_aliases
    where id = new.id
      and alias_email = new.alias_email
      and destination_email = new.alias_email
  ) and not exists (
    select from unified.email_aliases
    where alias_email = new.alias_email
      and id <> new.id
  ) then
    raise exception 'the alias % leads to nothing but itself', new.alias_email
      using errcode = 'check_violation',
            schema = 'unified',
            table = 'email_aliases',
            constraint = 'email_aliases_destination_email_elsewhere',
            hint = 'give it another destination, or remove it';
  end if;
  return null;
end
$function$

CREATE OR REPLACE FUNCTION unified.rehash_password(password_id bigint, known text, new_scheme text, new_hash text)
 RETURNS boolean
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
  is_replaced boolean;
begin
  -- First the user, then the password: the order in which everybody locks.
  perform from unified.users
  where id = (select user_id from unified.user_passwords where id = password_id)
  for no key update;

  -- Seen by the trigger below, of this one statement.
  perform set_config('dovetail.rehashing', 'on', true);
  update unified.user_passwords
  set password_hash = new_hash,
      hash_scheme = new_scheme
  where id = password_id
    and '{' || hash_scheme || '}' || password_hash = known;
  is_replaced := found;
  perform set_config('dovetail.rehashing', '', true);
  if not is_replaced then
    return false;
  end if;

  insert into unified.audit_log (user_id, service, action, resource, resource_id, additional_data)
  select
    u.id, 'daemon', 'password.rehash', 'password', u.email,
    jsonb_build_object(
      'service', p.service, 'label', p.label,
      'from', substring(known from '^\{([^}]*)\}'), 'to', new_scheme
    )
  from unified.user_passwords as p
  join unified.users as u on u.id = p.user_id
  where p.id = password_id;
  return true;
end
$function$

CREATE OR REPLACE FUNCTION unified.report_spread(login text, because text, details jsonb)
 RETURNS boolean
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
  owner unified.users;
begin
  select * into owner
  from unified.users
  where username = login
  for no key update;
  if not found or exists (
    select
    from unified.mailbox_events
    where user_id = owner.id
      and event_type = 'sudden_spread'
      and created_at > now() - interval '1 hour'
  ) then
    return false;
  end if;
  insert into unified.mailbox_events (event_type, user_id, username, email, domain, home_directory, event_data)
  values (
    'sudden_spread', owner.id, owner.username, owner.email, owner.domain, owner.home_directory,
    details || jsonb_build_object('user_id', owner.id, 'because', because)
  );
  return true;
end
$function$

CREATE OR REPLACE FUNCTION unified.sender_logins_of_alias(alias_id bigint)
 RETURNS SETOF text
 LANGUAGE plpgsql
 STABLE PARALLEL SAFE STRICT SECURITY DEFINER ROWS 1
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET plan_cache_mode TO 'force_generic_plan'
AS $function$
begin
  return query
  select m.username
  from unified.mail_alias_states as a
  join unified.mail_user_states as m on m.user_id = a.user_id
  where a.id = alias_id
    and a.is_usable
    and m.is_usable
  union all
  select m.username
  from unified.mail_alias_states as a
  join unified.mail_user_states as m on m.email = a.destination_email
  where a.id = alias_id
    and a.is_usable
    and a.may_send_as
    and not a.is_catch_all
    and m.is_usable;
end
$function$

CREATE OR REPLACE FUNCTION unified.serial_grows(old_serial bigint, new_serial bigint)
 RETURNS boolean
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE STRICT
RETURN (((((new_serial - old_serial) + '4294967296'::bigint) % '4294967296'::bigint) >= 1) AND ((((new_serial - old_serial) + '4294967296'::bigint) % '4294967296'::bigint) <= 2147483647))

CREATE OR REPLACE FUNCTION unified.settle_changed_records()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  perform unified.grow_zone_serials(array(
    select distinct zone
    from old_rows as o
    join new_rows as n using (id)
    cross join lateral (values (o.domain), (n.domain)) as both_zones (zone)
    where (o.fqdn, o.domain, o.record_type, o.value, o.ttl, o.priority, o.weight, o.port, o.is_active)
      is distinct from
          (n.fqdn, n.domain, n.record_type, n.value, n.ttl, n.priority, n.weight, n.port, n.is_active)
  ));
  perform unified.refuse_crowded_cname(array(select id from new_rows where is_active));
  return null;
end
$function$

CREATE OR REPLACE FUNCTION unified.settle_new_records()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  perform unified.grow_zone_serials(array(select distinct domain from new_rows));
  perform unified.refuse_crowded_cname(array(select id from new_rows where is_active));
  return null;
end
$function$

CREATE OR REPLACE FUNCTION unified.settle_removed_records()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  perform unified.grow_zone_serials(array(select distinct domain from old_rows));
  return null;
end
$function$

CREATE OR REPLACE FUNCTION unified.suspend_password(password_id bigint, because text, details jsonb)
 RETURNS boolean
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
  suspended record;
begin
  -- First the user, then the password: the order in which everybody locks.
  perform from unified.users
  where id = (select user_id from unified.user_passwords where id = password_id)
  for no key update;

  update unified.user_passwords as p
  set suspended_at = now(), suspended_because = because
  from unified.users as u
  where p.id = password_id
    and p.suspended_at is null
    and u.id = p.user_id
  returning p.user_id, p.service, p.label, u.email into suspended;
  if not found then
    return false;
  end if;
  insert into unified.audit_log (user_id, service, action, resource, resource_id, success, additional_data)
  values (
    suspended.user_id, 'policy', 'password.suspend', 'password', suspended.email, true,
    details || jsonb_build_object('service', suspended.service, 'label', suspended.label, 'because', because)
  );
  return true;
end
$function$

CREATE OR REPLACE FUNCTION unified.touch_updated_at()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  new.updated_at := now();
  return new;
end
$function$

CREATE OR REPLACE FUNCTION unified.try_notify(channel text, payload text)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  if pg_notification_queue_usage() > 0.9 then
    raise warning 'nobody is told of this change: the notification queue is nearly full';
    return;
  end if;
  perform pg_notify(channel, payload);
exception when others then
  raise warning 'nobody is told of this change: %', sqlerrm;
end
$function$

CREATE OR REPLACE FUNCTION unified.usage_of_domain(name text)
 RETURNS bigint
 LANGUAGE plpgsql
 STABLE PARALLEL SAFE STRICT SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET plan_cache_mode TO 'force_custom_plan'
AS $function$
begin
  return (
    select coalesce(sum(unified.quota_base_units(by_unit.usage, by_unit.quota_unit)), 0)::bigint
    from (
      select q.quota_unit, sum(q.current_usage) as usage
      from unified.users as u
      join unified.user_quotas as q on q.user_id = u.id
      where u.domain = usage_of_domain.name
        and q.service = 'dovecot'
        and q.quota_type = 'storage'
      group by q.quota_unit
    ) as by_unit
  );
end
$function$

CREATE OR REPLACE FUNCTION unified.write_account_events(event_type text, change text, changed jsonb[], shown text[])
 RETURNS void
 LANGUAGE sql
 SET enable_nestloop TO 'on'
BEGIN ATOMIC
 INSERT INTO unified.mailbox_events (event_type, user_id, username, email, domain, home_directory, event_data)  SELECT write_account_events.event_type AS event_type,
             u.id,
             u.username,
             u.email,
             COALESCE(("row"."row" ->> 'alias_domain'::text), u.domain) AS "coalesce",
             u.home_directory,
             (jsonb_build_object('user_id', u.id, 'change', write_account_events.change) || ( SELECT jsonb_object_agg(key.key, ("row"."row" -> key.key)) AS jsonb_object_agg
                    FROM unnest(write_account_events.shown) key(key)))
            FROM (unnest(write_account_events.changed) "row"("row")
              LEFT JOIN unified.users u ON ((u.id = (("row"."row" ->> 'user_id'::text))::bigint)))
           WHERE ((u.id IS NOT NULL) OR ("row"."row" ? 'alias_email'::text));
END


-- triggers

CREATE TRIGGER access_entries_forget_delete AFTER DELETE ON unified.access_entries REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION unified.forget_access()
CREATE TRIGGER access_entries_forget_insert AFTER INSERT ON unified.access_entries REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION unified.forget_access()
CREATE TRIGGER access_entries_forget_truncate AFTER TRUNCATE ON unified.access_entries FOR EACH STATEMENT EXECUTE FUNCTION unified.forget_everything()
CREATE TRIGGER access_entries_forget_update AFTER UPDATE ON unified.access_entries REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION unified.forget_access()
CREATE TRIGGER access_entries_touch BEFORE UPDATE ON unified.access_entries FOR EACH ROW EXECUTE FUNCTION unified.touch_updated_at()
CREATE TRIGGER app_password_rules_forget AFTER INSERT OR DELETE OR UPDATE OR TRUNCATE ON unified.app_password_rules FOR EACH STATEMENT EXECUTE FUNCTION unified.forget_everything()
CREATE TRIGGER app_password_rules_touch BEFORE UPDATE ON unified.app_password_rules FOR EACH ROW EXECUTE FUNCTION unified.touch_updated_at()
CREATE TRIGGER certificate_files_touch BEFORE UPDATE ON unified.certificate_files FOR EACH ROW EXECUTE FUNCTION unified.touch_updated_at()
CREATE TRIGGER certificate_notifications_announce AFTER INSERT ON unified.certificate_notifications REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION unified.announce_events()
CREATE TRIGGER certificates_forget_delete AFTER DELETE ON unified.certificates REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION unified.forget_certificates()
CREATE TRIGGER certificates_forget_insert AFTER INSERT ON unified.certificates REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION unified.forget_certificates()
CREATE TRIGGER certificates_forget_truncate AFTER TRUNCATE ON unified.certificates FOR EACH STATEMENT EXECUTE FUNCTION unified.forget_everything()
CREATE TRIGGER certificates_forget_update AFTER UPDATE ON unified.certificates REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION unified.forget_certificates()
CREATE TRIGGER certificates_record_delete AFTER DELETE ON unified.certificates REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION unified.record_certificate_notifications()
CREATE TRIGGER certificates_record_insert AFTER INSERT ON unified.certificates REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION unified.record_certificate_notifications()
CREATE TRIGGER certificates_record_update AFTER UPDATE ON unified.certificates REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION unified.record_certificate_notifications()
CREATE TRIGGER certificates_touch BEFORE UPDATE ON unified.certificates FOR EACH ROW EXECUTE FUNCTION unified.touch_updated_at()
CREATE TRIGGER dns_records_settle_delete AFTER DELETE ON unified.dns_records REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION unified.settle_removed_records()
CREATE TRIGGER dns_records_settle_insert AFTER INSERT ON unified.dns_records REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION unified.settle_new_records()
CREATE TRIGGER dns_records_settle_update AFTER UPDATE ON unified.dns_records REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION unified.settle_changed_records()
CREATE TRIGGER dns_records_touch BEFORE UPDATE ON unified.dns_records FOR EACH ROW EXECUTE FUNCTION unified.touch_updated_at()
CREATE TRIGGER dns_zones_grow BEFORE UPDATE ON unified.dns_zones FOR EACH ROW EXECUTE FUNCTION unified.grow_own_serial()
CREATE TRIGGER dns_zones_touch BEFORE UPDATE ON unified.dns_zones FOR EACH ROW EXECUTE FUNCTION unified.touch_updated_at()
CREATE TRIGGER email_aliases_fill BEFORE INSERT OR UPDATE OF alias_email, is_catch_all ON unified.email_aliases FOR EACH ROW EXECUTE FUNCTION unified.fill_alias()
CREATE TRIGGER email_aliases_forget_delete AFTER DELETE ON unified.email_aliases REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION unified.forget_aliases()
CREATE TRIGGER email_aliases_forget_insert AFTER INSERT ON unified.email_aliases REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION unified.forget_aliases()
CREATE TRIGGER email_aliases_forget_truncate AFTER TRUNCATE ON unified.email_aliases FOR EACH STATEMENT EXECUTE FUNCTION unified.forget_everything()
CREATE TRIGGER email_aliases_forget_update AFTER UPDATE ON unified.email_aliases REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION unified.forget_aliases()
CREATE TRIGGER email_aliases_record_delete AFTER DELETE ON unified.email_aliases REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION unified.record_account_events('alias_changed', '{alias_email,destination_email,is_active}', '{updated_at,description}')
CREATE TRIGGER email_aliases_record_insert AFTER INSERT ON unified.email_aliases REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION unified.record_account_events('alias_changed', '{alias_email,destination_email,is_active}', '{updated_at,description}')
CREATE TRIGGER email_aliases_record_update AFTER UPDATE ON unified.email_aliases REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION unified.record_account_events('alias_changed', '{alias_email,destination_email,is_active}', '{updated_at,description}')
CREATE CONSTRAINT TRIGGER email_aliases_refuse_lonely AFTER INSERT OR UPDATE OF alias_email, destination_email ON unified.email_aliases DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN ((new.alias_email = new.destination_email)) EXECUTE FUNCTION unified.refuse_lonely_alias()
CREATE TRIGGER email_aliases_touch BEFORE UPDATE ON unified.email_aliases FOR EACH ROW EXECUTE FUNCTION unified.touch_updated_at()
CREATE TRIGGER mail_domains_forget_delete AFTER DELETE ON unified.mail_domains REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION unified.forget_domains()
CREATE TRIGGER mail_domains_forget_insert AFTER INSERT ON unified.mail_domains REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION unified.forget_domains()
CREATE TRIGGER mail_domains_forget_quota AFTER UPDATE ON unified.mail_domains REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION unified.forget_domain_quotas()
CREATE TRIGGER mail_domains_forget_truncate AFTER TRUNCATE ON unified.mail_domains FOR EACH STATEMENT EXECUTE FUNCTION unified.forget_everything()
CREATE TRIGGER mail_domains_forget_update AFTER UPDATE ON unified.mail_domains REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION unified.forget_domains()
CREATE TRIGGER mail_domains_record_delete AFTER DELETE ON unified.mail_domains REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION unified.record_domain_events()
CREATE TRIGGER mail_domains_record_insert AFTER INSERT ON unified.mail_domains REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION unified.record_domain_events()
CREATE TRIGGER mail_domains_record_update AFTER UPDATE ON unified.mail_domains REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION unified.record_domain_events()
CREATE TRIGGER mail_domains_touch BEFORE UPDATE ON unified.mail_domains FOR EACH ROW EXECUTE FUNCTION unified.touch_updated_at()
CREATE TRIGGER mailbox_events_announce AFTER INSERT ON unified.mailbox_events REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION unified.announce_events()
CREATE TRIGGER manager_grants_record_delete AFTER DELETE ON unified.manager_grants REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION unified.record_account_events('manager_changed', '{address,expires_at}', '{updated_at,description}')
CREATE TRIGGER manager_grants_record_insert AFTER INSERT ON unified.manager_grants REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION unified.record_account_events('manager_changed', '{address,expires_at}', '{updated_at,description}')
CREATE TRIGGER manager_grants_record_update AFTER UPDATE ON unified.manager_grants REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION unified.record_account_events('manager_changed', '{address,expires_at}', '{updated_at,description}')
CREATE TRIGGER manager_grants_touch BEFORE UPDATE ON unified.manager_grants FOR EACH ROW EXECUTE FUNCTION unified.touch_updated_at()
CREATE TRIGGER map_entries_forget_delete AFTER DELETE ON unified.map_entries REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION unified.forget_map_entries()
CREATE TRIGGER map_entries_forget_domains_delete AFTER DELETE ON unified.map_entries REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION unified.forget_entered_recipients()
CREATE TRIGGER map_entries_forget_domains_insert AFTER INSERT ON unified.map_entries REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION unified.forget_entered_recipients()
CREATE TRIGGER map_entries_forget_domains_update AFTER UPDATE ON unified.map_entries REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION unified.forget_entered_recipients()
CREATE TRIGGER map_entries_forget_insert AFTER INSERT ON unified.map_entries REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION unified.forget_map_entries()
CREATE TRIGGER map_entries_forget_truncate AFTER TRUNCATE ON unified.map_entries FOR EACH STATEMENT EXECUTE FUNCTION unified.forget_everything()
CREATE TRIGGER map_entries_forget_update AFTER UPDATE ON unified.map_entries REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION unified.forget_map_entries()
CREATE TRIGGER map_entries_touch BEFORE UPDATE ON unified.map_entries FOR EACH ROW EXECUTE FUNCTION unified.touch_updated_at()
CREATE TRIGGER rate_limits_forget_delete AFTER DELETE ON unified.rate_limits REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION unified.forget_rate_limits()
CREATE TRIGGER rate_limits_forget_insert AFTER INSERT ON unified.rate_limits REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION unified.forget_rate_limits()
CREATE TRIGGER rate_limits_forget_truncate AFTER TRUNCATE ON unified.rate_limits FOR EACH STATEMENT EXECUTE FUNCTION unified.forget_everything()
CREATE TRIGGER rate_limits_forget_update AFTER UPDATE ON unified.rate_limits REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION unified.forget_rate_limits()
CREATE TRIGGER rate_limits_touch BEFORE UPDATE ON unified.rate_limits FOR EACH ROW EXECUTE FUNCTION unified.touch_updated_at()
CREATE TRIGGER sender_grants_forget_delete AFTER DELETE ON unified.sender_grants REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION unified.forget_senders()
CREATE TRIGGER sender_grants_forget_insert AFTER INSERT ON unified.sender_grants REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION unified.forget_senders()
CREATE TRIGGER sender_grants_forget_truncate AFTER TRUNCATE ON unified.sender_grants FOR EACH STATEMENT EXECUTE FUNCTION unified.forget_everything()
CREATE TRIGGER sender_grants_forget_update AFTER UPDATE ON unified.sender_grants REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION unified.forget_senders()
CREATE TRIGGER sender_grants_record_delete AFTER DELETE ON unified.sender_grants REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION unified.record_account_events('sender_changed', '{sender,expires_at}', '{updated_at,description}')
CREATE TRIGGER sender_grants_record_insert AFTER INSERT ON unified.sender_grants REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION unified.record_account_events('sender_changed', '{sender,expires_at}', '{updated_at,description}')
CREATE TRIGGER sender_grants_record_update AFTER UPDATE ON unified.sender_grants REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION unified.record_account_events('sender_changed', '{sender,expires_at}', '{updated_at,description}')
CREATE TRIGGER sender_grants_touch BEFORE UPDATE ON unified.sender_grants FOR EACH ROW EXECUTE FUNCTION unified.touch_updated_at()
CREATE TRIGGER service_certificates_touch BEFORE UPDATE ON unified.service_certificates FOR EACH ROW EXECUTE FUNCTION unified.touch_updated_at()
CREATE TRIGGER srs_secrets_forget AFTER INSERT OR DELETE OR UPDATE OR TRUNCATE ON unified.srs_secrets FOR EACH STATEMENT EXECUTE FUNCTION unified.forget_srs_secrets()
CREATE TRIGGER srs_secrets_touch BEFORE UPDATE ON unified.srs_secrets FOR EACH ROW EXECUTE FUNCTION unified.touch_updated_at()
CREATE TRIGGER user_passwords_date BEFORE UPDATE ON unified.user_passwords FOR EACH ROW EXECUTE FUNCTION unified.date_password()
CREATE TRIGGER user_passwords_forget_delete AFTER DELETE ON unified.user_passwords REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION unified.forget_passwords()
CREATE TRIGGER user_passwords_forget_insert AFTER INSERT ON unified.user_passwords REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION unified.forget_passwords()
CREATE TRIGGER user_passwords_forget_networks AFTER UPDATE OF allowed_networks ON unified.user_passwords FOR EACH ROW WHEN ((old.allowed_networks IS DISTINCT FROM new.allowed_networks)) EXECUTE FUNCTION unified.forget_password_networks()
CREATE TRIGGER user_passwords_forget_truncate AFTER TRUNCATE ON unified.user_passwords FOR EACH STATEMENT EXECUTE FUNCTION unified.forget_everything()
CREATE TRIGGER user_passwords_forget_update AFTER UPDATE ON unified.user_passwords REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION unified.forget_passwords()
CREATE TRIGGER user_passwords_record_delete AFTER DELETE ON unified.user_passwords REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION unified.record_account_events('password_changed', '{service,label}', '{updated_at,last_used_at}')
CREATE TRIGGER user_passwords_record_insert AFTER INSERT ON unified.user_passwords REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION unified.record_account_events('password_changed', '{service,label}', '{updated_at,last_used_at}')
CREATE TRIGGER user_passwords_record_suspension AFTER UPDATE ON unified.user_passwords FOR EACH ROW WHEN (((old.suspended_at IS NULL) <> (new.suspended_at IS NULL))) EXECUTE FUNCTION unified.record_suspension()
CREATE TRIGGER user_passwords_record_update AFTER UPDATE ON unified.user_passwords REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT WHEN ((current_setting('dovetail.rehashing'::text, true) IS DISTINCT FROM 'on'::text)) EXECUTE FUNCTION unified.record_account_events('password_changed', '{service,label}', '{updated_at,last_used_at,suspended_at,suspended_because,restored_at}')
CREATE TRIGGER user_passwords_touch BEFORE UPDATE ON unified.user_passwords FOR EACH ROW EXECUTE FUNCTION unified.touch_updated_at()
CREATE TRIGGER user_quotas_forget_delete AFTER DELETE ON unified.user_quotas REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION unified.forget_quotas()
CREATE TRIGGER user_quotas_forget_full AFTER UPDATE ON unified.user_quotas REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION unified.forget_full_mailboxes()
CREATE TRIGGER user_quotas_forget_insert AFTER INSERT ON unified.user_quotas REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION unified.forget_quotas()
CREATE TRIGGER user_quotas_forget_truncate AFTER TRUNCATE ON unified.user_quotas FOR EACH STATEMENT EXECUTE FUNCTION unified.forget_everything()
CREATE TRIGGER user_quotas_forget_update AFTER UPDATE ON unified.user_quotas REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION unified.forget_quotas()
CREATE TRIGGER user_quotas_record_delete AFTER DELETE ON unified.user_quotas REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION unified.record_account_events('quota_changed', '{service,quota_type,quota_value,quota_unit}', '{updated_at,current_usage}')
CREATE TRIGGER user_quotas_record_insert AFTER INSERT ON unified.user_quotas REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION unified.record_account_events('quota_changed', '{service,quota_type,quota_value,quota_unit}', '{updated_at,current_usage}')
CREATE TRIGGER user_quotas_record_update AFTER UPDATE ON unified.user_quotas REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION unified.record_quota_changes()
CREATE TRIGGER user_quotas_touch BEFORE UPDATE ON unified.user_quotas FOR EACH ROW EXECUTE FUNCTION unified.touch_updated_at()
CREATE TRIGGER user_roles_fill BEFORE INSERT OR UPDATE OF granted_by ON unified.user_roles FOR EACH ROW WHEN ((new.granted_by IS NOT NULL)) EXECUTE FUNCTION unified.fill_role()
CREATE TRIGGER user_roles_forget_delete AFTER DELETE ON unified.user_roles REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION unified.forget_roles()
CREATE TRIGGER user_roles_forget_insert AFTER INSERT ON unified.user_roles REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION unified.forget_roles()
CREATE TRIGGER user_roles_forget_truncate AFTER TRUNCATE ON unified.user_roles FOR EACH STATEMENT EXECUTE FUNCTION unified.forget_everything()
CREATE TRIGGER user_roles_forget_update AFTER UPDATE ON unified.user_roles REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION unified.forget_roles()
CREATE TRIGGER user_roles_record_delete AFTER DELETE ON unified.user_roles REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION unified.record_account_events('role_changed', '{role_name,service,expires_at,is_active}', '{updated_at}')
CREATE TRIGGER user_roles_record_insert AFTER INSERT ON unified.user_roles REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION unified.record_account_events('role_changed', '{role_name,service,expires_at,is_active}', '{updated_at}')
CREATE TRIGGER user_roles_record_update AFTER UPDATE ON unified.user_roles REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION unified.record_account_events('role_changed', '{role_name,service,expires_at,is_active}', '{updated_at}')
CREATE TRIGGER user_roles_touch BEFORE UPDATE ON unified.user_roles FOR EACH ROW EXECUTE FUNCTION unified.touch_updated_at()
CREATE TRIGGER users_fill BEFORE INSERT OR UPDATE OF email, username ON unified.users FOR EACH ROW EXECUTE FUNCTION unified.fill_user()
CREATE TRIGGER users_forget_access AFTER UPDATE OF username ON unified.users FOR EACH ROW WHEN ((old.username IS DISTINCT FROM new.username)) EXECUTE FUNCTION unified.forget_access_of_user()
CREATE TRIGGER users_forget_delete AFTER DELETE ON unified.users REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION unified.forget_users()
CREATE TRIGGER users_forget_insert AFTER INSERT ON unified.users REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION unified.forget_users()
CREATE TRIGGER users_forget_truncate AFTER TRUNCATE ON unified.users FOR EACH STATEMENT EXECUTE FUNCTION unified.forget_everything()
CREATE TRIGGER users_forget_update AFTER UPDATE ON unified.users REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION unified.forget_users()
CREATE TRIGGER users_record_delete AFTER DELETE ON unified.users REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION unified.record_user_events()
CREATE TRIGGER users_record_insert AFTER INSERT ON unified.users REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION unified.record_user_events()
CREATE TRIGGER users_record_update AFTER UPDATE ON unified.users REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION unified.record_user_events()
CREATE TRIGGER users_touch BEFORE UPDATE ON unified.users FOR EACH ROW EXECUTE FUNCTION unified.touch_updated_at()

-- views

apache_auth:  SELECT m.username, p.password_hash AS password, r.role_name AS role, m.email FROM unified.mail_users m JOIN unified.user_passwords p ON p.user_id = m.user_id LEFT JOIN unified.user_roles r ON r.user_id = m.user_id AND (r.service = ANY (ARRAY['apache'::text, 'global'::text])) AND r.is_active AND (r.expires_at IS NULL OR r.expires_at > now()) WHERE p.service = 'apache'::text AND (p.hash_scheme = ANY (ARRAY['BLF-CRYPT'::text, 'SHA512-CRYPT'::text])) AND (p.expires_at IS NULL OR p.expires_at > now()) AND p.suspended_at IS NULL;
audit_summary:  SELECT (date_trunc('hour'::text, (created_at AT TIME ZONE 'UTC'::text)) AT TIME ZONE 'UTC'::text) AS hour, service, action, success, count(*) AS entries, count(DISTINCT user_id) AS users, count(DISTINCT ip_address) AS addresses FROM unified.audit_log GROUP BY ((date_trunc('hour'::text, (created_at AT TIME ZONE 'UTC'::text)) AT TIME ZONE 'UTC'::text)), service, action, success;
certificate_file_status:  SELECT f.id, f.certificate_id, c.domain, f.file_type, f.file_path, f.file_size, f.file_checksum, f.file_permissions, f.last_verified, f.verification_status, f.verification_error FROM unified.certificate_files f JOIN unified.certificates c ON c.id = f.certificate_id;
certificate_status:  SELECT c.id, c.domain, c.certificate_type, c.subject_alt_names, c.issuer, c.not_before, c.not_after, remaining.time_left, floor(EXTRACT(epoch FROM remaining.time_left) / 86400::numeric)::integer AS days_left, CASE WHEN c.not_after <= now() THEN 'expired'::text WHEN c.not_after < (now() + '7 days'::interval) THEN 'critical'::text WHEN c.not_after < (now() + '30 days'::interval) THEN 'warning'::text WHEN c.not_after IS NOT NULL THEN 'valid'::text ELSE NULL::text END AS expiry_status, c.certificate_path, c.private_key_path, c.chain_path, c.fullchain_path, c.is_active, c.auto_renew, c.renewal_attempts, c.last_renewal_attempt, c.last_renewal_success, c.renewal_error_message, ( SELECT count(*) AS count FROM unified.certificate_renewals r WHERE r.certificate_id = c.id AND r.created_at > (now() - '30 days'::interval) AND NOT r.success) AS recent_failed_renewals FROM unified.certificates c CROSS JOIN LATERAL ( SELECT CASE WHEN isfinite(c.not_after) THEN c.not_after - now() ELSE NULL::interval END AS time_left) remaining;
dns_zone_records:  SELECT z.domain AS zone, 0 AS place, unified.dns_absolute(z.domain) AS name, z.minimum_ttl AS ttl, 'SOA'::text AS type, soa.data, concat_ws(' '::text, unified.dns_absolute(z.domain), z.minimum_ttl, 'IN', 'SOA', soa.data) AS line FROM unified.dns_zones z CROSS JOIN LATERAL ( SELECT concat_ws(' '::text, unified.dns_absolute(z.primary_ns), unified.dns_absolute(unified.dns_mailbox(z.admin_email)), z.serial_number, z.refresh_interval, z.retry_interval, z.expire_interval, z.minimum_ttl) AS data) soa WHERE z.is_active UNION ALL SELECT r.domain AS zone, CASE WHEN r.name = '@'::text AND r.record_type = 'NS'::text THEN 1 ELSE 2 END AS place, unified.dns_absolute(r.fqdn) AS name, COALESCE(r.ttl, z.minimum_ttl) AS ttl, r.record_type AS type, said.data, concat_ws(' '::text, unified.dns_absolute(r.fqdn), COALESCE(r.ttl, z.minimum_ttl), 'IN', r.record_type, said.data) AS line FROM unified.dns_records r JOIN unified.dns_zones z ON z.domain = r.domain CROSS JOIN LATERAL ( SELECT concat_ws(' '::text, r.priority, r.weight, r.port, CASE WHEN r.record_type = 'TXT'::text THEN unified.dns_text(r.value) WHEN r.record_type = ANY (ARRAY['CNAME'::text, 'DNAME'::text, 'NS'::text, 'PTR'::text, 'MX'::text, 'SRV'::text]) THEN unified.dns_absolute(r.value) ELSE r.value END) AS data) said WHERE r.is_active AND z.is_active AND r.record_type <> 'SOA'::text;
domain_quota_status:  SELECT domain, "limit", usage, CASE WHEN "limit" > 0 THEN round(100.0 * usage::numeric / "limit"::numeric, 1) ELSE NULL::numeric END AS percent, COALESCE(usage >= "limit", false) AS is_exceeded FROM ( SELECT d.domain, d.quota_bytes AS "limit", unified.usage_of_domain(d.domain) AS usage FROM unified.mail_domains d WHERE d.domain_type = 'virtual'::text) base;
dovecot_auth:  SELECT l.name AS username, l.domain, l.username AS "user", p.service, p.label, (('{'::text || p.hash_scheme) || '}'::text) || p.password_hash AS password, p.hash_scheme AS scheme, p.expires_at, p.must_change_on_next_login AS must_change, l.user_id, p.id AS password_id, p.expires_at AS changes_at, NULLIF(array_to_string(p.allowed_networks, ','::text), ''::text) AS allow_nets FROM unified.mail_logins l JOIN unified.user_passwords p ON p.user_id = l.user_id WHERE unified.may_use_mail(l.user_id) AND (p.service = ANY (ARRAY['dovecot'::text, 'imap'::text, 'pop3'::text, 'smtp'::text, 'submission'::text, 'sieve'::text])) AND (p.expires_at IS NULL OR p.expires_at > now()) AND p.suspended_at IS NULL AND NOT (p.service = 'dovecot'::text AND p.label = ''::text AND unified.needs_app_password(l.user_id));
dovecot_iterate:  SELECT username AS "user", domain FROM unified.mail_users m;
dovecot_users:  SELECT l.name AS username, l.domain, l.username AS "user", l.home_directory AS home, l.system_uid AS uid, l.system_gid AS gid, l.mailbox_format, (l.mailbox_format || ':'::text) || folder.path AS mail, l.mailbox_format AS mail_driver, folder.path AS mail_path, ( SELECT CASE WHEN q.id IS NULL OR q.follows_domain THEN d.default_user_quota_bytes ELSE unified.quota_base_units(q.quota_value, q.quota_unit) END AS quota_base_units FROM unified.mail_domains d LEFT JOIN unified.user_quotas q ON q.user_id = l.user_id AND q.service = 'dovecot'::text AND q.quota_type = 'storage'::text WHERE d.domain = l.domain) AS quota_bytes, ( SELECT unified.quota_base_units(q.quota_value, q.quota_unit) AS quota_base_units FROM unified.user_quotas q WHERE q.user_id = l.user_id AND q.service = 'dovecot'::text AND q.quota_type = 'messages'::text) AS quota_messages, l.user_id, ( SELECT m.changes_at FROM unified.mail_user_states m WHERE m.user_id = l.user_id) AS changes_at FROM unified.mail_logins l CROSS JOIN LATERAL ( SELECT CASE l.mailbox_format WHEN 'mbox'::text THEN '~/mail'::text WHEN 'maildir'::text THEN '~/Maildir'::text ELSE '~/'::text || l.mailbox_format END AS path) folder WHERE unified.may_use_mail(l.user_id);
lookup_access:  SELECT a.lookup_key AS key, COALESCE(u.username, '@'::text || a.domain, ''::text) AS owner, a.verdict, a.expires_at AS changes_at FROM unified.access_entries a LEFT JOIN unified.users u ON u.id = a.user_id WHERE a.network IS NULL AND (a.expires_at IS NULL OR a.expires_at > now());
lookup_addresses:  SELECT m.email AS address, 'mailbox'::text AS kind, unified.mailbox_path(m.email) AS value, m.username AS login, m.is_usable, m.changes_at, 0::bigint AS sort, NULL::text AS allowed_senders FROM unified.mail_user_states m WHERE NOT m.is_relayed UNION ALL SELECT a.alias_email AS address, 'alias'::text AS kind, a.destination_email AS value, NULL::text AS login, a.is_usable, a.changes_at, a.id AS sort, a.allowed_senders FROM unified.mail_alias_states a;
lookup_certificates:  SELECT id, array_append(subject_alt_names, domain) AS names, private_key_path, COALESCE(fullchain_path, certificate_path) AS certificate_path, CASE WHEN fullchain_path IS NULL THEN chain_path ELSE NULL::text END AS chain_path, not_after, not_after AS changes_at FROM unified.certificates c WHERE is_active AND NOT acme_staging AND private_key_path IS NOT NULL AND COALESCE(fullchain_path, certificate_path) IS NOT NULL AND (not_before IS NULL OR not_before <= now()) AND (not_after IS NULL OR not_after > now());
lookup_client_access:  SELECT a.network, COALESCE(u.username, '@'::text || a.domain, ''::text) AS owner, a.verdict, a.expires_at AS changes_at FROM unified.access_entries a LEFT JOIN unified.users u ON u.id = a.user_id WHERE a.network IS NOT NULL AND (a.expires_at IS NULL OR a.expires_at > now());
lookup_credentials:  SELECT username, "user", user_id, password_id, service, label, (('{'::text || hash_scheme) || '}'::text) || password_hash AS password, must_change, is_expired, is_replaced, allowed_networks, changed_at, is_suspended, restored_at, changes_at FROM unified.mail_passwords p WHERE unified.may_use_mail(user_id);
lookup_domains:  SELECT d.domain, d.domain_type, d.target_domain, d.is_active AND COALESCE(t.is_active, true) AS is_usable, NULL::timestamp with time zone AS changes_at FROM unified.mail_domains d LEFT JOIN unified.mail_domains t ON t.domain = d.target_domain;
lookup_entries:  SELECT e.key, e.map, e.value FROM unified.map_entries e WHERE e.map <> ALL (ARRAY['smtp_sasl_password_maps'::text, 'relay_recipient_maps'::text]) UNION ALL SELECT t.domain AS key, 'transport_maps'::text AS map, t.transport AS value FROM unified.postfix_transport_maps t WHERE NOT (EXISTS ( SELECT FROM unified.map_entries e WHERE e.key = t.domain AND e.map = 'transport_maps'::text)) UNION ALL SELECT r.address AS key, 'relay_recipient_maps'::text AS map, r.action AS value FROM unified.postfix_relay_recipient_maps r;
lookup_greylist:  SELECT key, kind, passes, first_seen_at, expires_at AS changes_at FROM unified.greylist_entries WHERE expires_at > now();
lookup_logins:  SELECT m.username, m.username AS "user", m.email, m.domain, m.user_id, m.is_usable, m.changes_at FROM unified.mail_user_states m UNION ALL SELECT m.email AS username, m.username AS "user", m.email, m.domain, m.user_id, m.is_usable, m.changes_at FROM unified.mail_user_states m WHERE m.email <> m.username;
lookup_quotas:  SELECT u.email AS address, u.username AS login, storage."limit" AS storage_limit, COALESCE(storage.usage, 0::bigint) AS storage_usage, messages."limit" AS messages_limit, COALESCE(messages.usage, 0::bigint) AS messages_usage, EXTRACT(epoch FROM now() - LEAST(storage.full_since, messages.full_since))::double precision AS full_for, d.quota_bytes AS domain_limit, CASE WHEN d.quota_bytes IS NOT NULL THEN unified.usage_of_domain(u.domain) ELSE NULL::bigint END AS domain_usage, u.domain FROM unified.users u JOIN unified.mail_domains d ON d.domain = u.domain LEFT JOIN LATERAL ( SELECT CASE WHEN q.id IS NULL OR q.follows_domain THEN d.default_user_quota_bytes ELSE unified.quota_base_units(q.quota_value, q.quota_unit) END AS "limit", unified.quota_base_units(q.current_usage, q.quota_unit) AS usage, q.full_since FROM ( SELECT) always LEFT JOIN unified.user_quotas q ON q.user_id = u.id AND q.service = 'dovecot'::text AND q.quota_type = 'storage'::text) storage ON true LEFT JOIN LATERAL ( SELECT unified.quota_base_units(q.quota_value, q.quota_unit) AS "limit", unified.quota_base_units(q.current_usage, q.quota_unit) AS usage, q.full_since FROM unified.user_quotas q WHERE q.user_id = u.id AND q.service = 'dovecot'::text AND q.quota_type = 'messages'::text) messages ON true;
lookup_rate_limits:  SELECT l.name AS username, l.username AS "user", l.domain, r.counted_by, r.counter, r.window_seconds, r.max_count, r.is_permanent, r.suspends FROM unified.mail_logins l LEFT JOIN LATERAL ( SELECT DISTINCT ON (every.counted_by, every.counter, every.window_seconds) every.counted_by, every.counter, every.window_seconds, every.max_count, every.is_permanent, every.suspends FROM ( SELECT 1 AS rank, rate_limits.counted_by, rate_limits.counter, rate_limits.window_seconds, rate_limits.max_count, rate_limits.is_permanent, rate_limits.suspends FROM unified.rate_limits WHERE rate_limits.user_id = l.user_id UNION ALL SELECT 2, rate_limits.counted_by, rate_limits.counter, rate_limits.window_seconds, rate_limits.max_count, rate_limits.is_permanent, rate_limits.suspends FROM unified.rate_limits WHERE rate_limits.domain = l.domain UNION ALL SELECT 3, rate_limits.counted_by, rate_limits.counter, rate_limits.window_seconds, rate_limits.max_count, rate_limits.is_permanent, rate_limits.suspends FROM unified.rate_limits WHERE rate_limits.user_id IS NULL AND rate_limits.domain IS NULL) every ORDER BY every.counted_by, every.counter, every.window_seconds, every.rank) r ON true UNION ALL SELECT ''::text AS username, ''::text AS "user", ''::text AS domain, r.counted_by, r.counter, r.window_seconds, r.max_count, r.is_permanent, r.suspends FROM ( SELECT) nobody LEFT JOIN unified.rate_limits r ON r.user_id IS NULL AND r.domain IS NULL;
lookup_salt_secret:  SELECT secret FROM unified.salt_secrets s;
lookup_salts:  SELECT username, "user", user_id, password_id, service, label, (('{'::text || hash_scheme) || '}'::text) || "substring"(password_hash, '^[^,]*(?:,[^,]*)?'::text) AS password, must_change, is_expired, is_replaced, allowed_networks, changed_at, is_suspended, restored_at, changes_at FROM unified.mail_passwords p WHERE hash_scheme = ANY (ARRAY['SCRAM-SHA-1'::text, 'SCRAM-SHA-256'::text]);
lookup_secret_entries:  SELECT key, map, value FROM unified.map_entries e WHERE map = 'smtp_sasl_password_maps'::text;
lookup_senders:  SELECT sender, login, is_usable, changes_at FROM unified.mail_sender_logins s;
lookup_srs_secrets:  SELECT id, secret, expires_at AS changes_at FROM unified.srs_secrets s WHERE expires_at IS NULL OR expires_at > now();
mail_alias_states:  SELECT a.id, a.alias_email, a.alias_domain, a.destination_email, a.user_id, a.is_catch_all, a.may_send_as, a.allowed_senders, a.is_active AND (a.expires_at IS NULL OR a.expires_at > now()) AND d.is_active AS is_usable, CASE WHEN a.is_active AND a.expires_at > now() THEN a.expires_at ELSE NULL::timestamp with time zone END AS changes_at FROM unified.email_aliases a JOIN unified.mail_domains d ON d.domain = a.alias_domain;
mail_aliases:  SELECT a.alias_email AS alias, a.destination_email AS destination, u.username AS owner, a.alias_domain AS domain, a.is_primary, a.is_active, a.is_catch_all, a.may_send_as, a.allowed_senders, a.expires_at, s.is_usable, a.description FROM unified.email_aliases a JOIN unified.mail_alias_states s ON s.id = a.id LEFT JOIN unified.users u ON u.id = a.user_id;
mail_logins:  SELECT users.username AS name, users.username, users.domain, users.home_directory, users.system_uid, users.system_gid, users.mailbox_format, users.id AS user_id FROM unified.users UNION ALL SELECT users.email AS name, users.username, users.domain, users.home_directory, users.system_uid, users.system_gid, users.mailbox_format, users.id AS user_id FROM unified.users WHERE users.email <> users.username;
mail_map_entries:  SELECT id, map, key, CASE WHEN map <> 'smtp_sasl_password_maps'::text THEN value ELSE NULL::text END AS value, description, created_at, updated_at FROM unified.map_entries e;
mail_passwords:  SELECT l.name AS username, l.username AS "user", l.user_id, p.id AS password_id, p.service, p.label, p.hash_scheme, p.password_hash, p.must_change_on_next_login AS must_change, p.expires_at IS NOT NULL AND p.expires_at <= now() AS is_expired, p.service = 'dovecot'::text AND p.label = ''::text AND unified.needs_app_password(l.user_id) AS is_replaced, p.allowed_networks::text[] AS allowed_networks, p.changed_at, p.suspended_at IS NOT NULL AS is_suspended, p.restored_at, LEAST( CASE WHEN p.expires_at > now() THEN p.expires_at ELSE NULL::timestamp with time zone END, ( SELECT min(r.expires_at) AS min FROM unified.user_roles r WHERE r.user_id = l.user_id AND r.is_active AND r.expires_at > now())) AS changes_at FROM unified.mail_logins l JOIN unified.user_passwords p ON p.user_id = l.user_id;
mail_rights:  SELECT m.email AS address, m.username AS login, r.access_right, 'mailbox'::text AS because, NULL::timestamp with time zone AS expires_at FROM unified.mail_users m CROSS JOIN ( VALUES ('receive'::text), ('send'::text)) r(access_right) UNION ALL SELECT a.alias_email AS address, m.username AS login, r.access_right, 'member'::text AS because, e.expires_at FROM unified.mail_alias_states a JOIN unified.email_aliases e ON e.id = a.id JOIN unified.mail_users m ON m.email = a.destination_email CROSS JOIN ( VALUES ('receive'::text), ('send'::text)) r(access_right) WHERE a.is_usable AND a.alias_email <> m.email AND (r.access_right = 'receive'::text OR a.may_send_as AND NOT a.is_catch_all) UNION ALL SELECT DISTINCT a.alias_email AS address, m.username AS login, r.access_right, 'owner'::text AS because, e.expires_at FROM unified.mail_alias_states a JOIN unified.email_aliases e ON e.id = a.id JOIN unified.mail_users m ON m.user_id = a.user_id CROSS JOIN ( VALUES ('send'::text), ('manage'::text)) r(access_right) WHERE a.is_usable UNION ALL SELECT g.sender AS address, m.username AS login, 'send'::text AS access_right, 'grant'::text AS because, g.expires_at FROM unified.sender_grants g JOIN unified.mail_users m ON m.user_id = g.user_id WHERE g.expires_at IS NULL OR g.expires_at > now() UNION ALL SELECT g.address, m.username AS login, 'manage'::text AS access_right, 'grant'::text AS because, g.expires_at FROM unified.manager_grants g JOIN unified.mail_users m ON m.user_id = g.user_id WHERE g.expires_at IS NULL OR g.expires_at > now();
mail_sender_logins:  SELECT m.email AS sender, m.username AS login, m.is_usable, m.changes_at FROM unified.mail_user_states m WHERE m.is_usable OR m.changes_at IS NOT NULL UNION ALL SELECT a.alias_email AS sender, m.username AS login, m.is_usable, LEAST(a.changes_at, m.changes_at) AS changes_at FROM unified.mail_alias_states a JOIN unified.mail_user_states m ON m.user_id = a.user_id WHERE a.is_usable AND (m.is_usable OR m.changes_at IS NOT NULL) UNION ALL SELECT a.alias_email AS sender, m.username AS login, m.is_usable, LEAST(a.changes_at, m.changes_at) AS changes_at FROM unified.mail_alias_states a JOIN unified.mail_user_states m ON m.email = a.destination_email WHERE a.is_usable AND a.may_send_as AND NOT a.is_catch_all AND (m.is_usable OR m.changes_at IS NOT NULL) UNION ALL SELECT g.sender, m.username AS login, m.is_usable, LEAST(g.expires_at, m.changes_at) AS changes_at FROM unified.sender_grants g JOIN unified.mail_user_states m ON m.user_id = g.user_id WHERE (g.expires_at IS NULL OR g.expires_at > now()) AND (m.is_usable OR m.changes_at IS NOT NULL);
mail_user_states:  SELECT u.id AS user_id, u.username, u.email, u.domain, u.home_directory, u.system_uid, u.system_gid, u.mailbox_format, u.is_active AND NOT u.is_locked AND d.is_active AND (d.domain_type = ANY (ARRAY['virtual'::text, 'alias'::text])) AND NOT (EXISTS ( SELECT FROM unified.user_roles r WHERE r.user_id = u.id AND r.role_name = 'no_email'::text AND r.is_active AND (r.expires_at IS NULL OR r.expires_at > now()))) AS is_usable, u.is_active AND NOT u.is_locked AND d.is_active AND (d.domain_type = ANY (ARRAY['relay'::text, 'backup'::text])) AS is_relayed, ( SELECT min(r.expires_at) AS min FROM unified.user_roles r WHERE r.user_id = u.id AND r.role_name = 'no_email'::text AND r.is_active AND r.expires_at > now()) AS changes_at, d.default_user_quota_bytes FROM unified.users u JOIN unified.mail_domains d ON d.domain = u.domain;
mail_users:  SELECT user_id, username, email, domain, home_directory, system_uid, system_gid, mailbox_format, default_user_quota_bytes FROM unified.mail_user_states WHERE is_usable;
mailbox_event_queue:  SELECT id, event_type, user_id, username, email, domain, home_directory, event_data, error_message, retry_count, next_retry_at, created_at FROM unified.mailbox_events WHERE NOT processed AND (next_retry_at IS NULL OR next_retry_at <= now());
postfix_relay_domains:  SELECT domain FROM unified.mail_domains WHERE is_active AND (domain_type = ANY (ARRAY['relay'::text, 'backup'::text]));
postfix_relay_recipient_maps:  SELECT u.email AS address, 'OK'::text AS action FROM unified.users u JOIN unified.postfix_relay_domains d ON d.domain = u.domain WHERE u.is_active AND NOT u.is_locked UNION ALL SELECT e.key AS address, e.value AS action FROM unified.map_entries e WHERE e.map = 'relay_recipient_maps'::text AND NOT (EXISTS ( SELECT FROM unified.users u WHERE u.email = e.key)) UNION ALL SELECT d.catch_all AS address, 'OK'::text AS action FROM unified.mail_domains d WHERE d.is_active AND (d.domain_type = ANY (ARRAY['relay'::text, 'backup'::text])) AND NOT (EXISTS ( SELECT FROM unified.users u WHERE u.domain = d.domain)) AND NOT (EXISTS ( SELECT FROM unified.map_entries e WHERE e.map = 'relay_recipient_maps'::text AND ('@'::text || "substring"(e.key, '[^@]+$'::text)) = d.catch_all));
postfix_smtpd_sender_login_maps:  SELECT users.email AS sender, users.username AS login FROM unified.users WHERE unified.may_use_mail(users.id) AND users.username !~ '[, ]'::text UNION SELECT a.alias_email AS sender, member.login FROM unified.email_aliases a CROSS JOIN LATERAL unified.sender_logins_of_alias(a.id) member(login) WHERE member.login !~ '[, ]'::text UNION SELECT g.sender, u.username AS login FROM unified.sender_grants g JOIN unified.users u ON u.id = g.user_id WHERE (g.expires_at IS NULL OR g.expires_at > now()) AND u.username !~ '[, ]'::text AND unified.may_use_mail(g.user_id);
postfix_transport_maps:  SELECT domain, transport FROM unified.mail_domains WHERE is_active AND (domain_type = ANY (ARRAY['relay'::text, 'backup'::text])) AND transport IS NOT NULL;
postfix_virtual_alias_maps:  SELECT email_aliases.alias_email AS address, email_aliases.destination_email AS destination FROM unified.email_aliases WHERE unified.alias_leads_on(email_aliases.id) UNION ALL SELECT mail_domains.catch_all AS address, '@'::text || mail_domains.target_domain AS destination FROM unified.mail_domains WHERE mail_domains.target_domain IS NOT NULL AND unified.domain_works(mail_domains.domain) UNION ALL SELECT users.email AS address, users.email AS destination FROM unified.users WHERE unified.mailbox_leads_to_itself(users.email, users.domain) UNION ALL SELECT email_aliases.alias_email AS address, email_aliases.alias_email AS destination FROM unified.email_aliases WHERE unified.dead_alias_leads_to_itself(email_aliases.id, email_aliases.alias_email, email_aliases.alias_domain);
postfix_virtual_mailbox_domains:  SELECT domain FROM unified.lookup_domains WHERE is_usable AND (domain_type = ANY (ARRAY['virtual'::text, 'alias'::text]));
postfix_virtual_mailbox_maps:  SELECT email AS address, unified.mailbox_path(email) AS mailbox FROM unified.users WHERE unified.may_use_mail(id);
powerdns_domains:  SELECT id, domain AS name, NULL::text AS master, NULL::integer AS last_check, upper(zone_type) AS type, NULL::bigint AS notified_serial, NULL::text AS account, NULL::text AS options, NULL::text AS catalog FROM unified.dns_zones WHERE is_active AND (zone_type = ANY (ARRAY['master'::text, 'slave'::text]));
powerdns_records:  SELECT - z.id AS id, z.id AS domain_id, z.domain AS name, 'SOA'::text AS type, concat_ws(' '::text, rtrim(z.primary_ns, '.'::text), unified.dns_mailbox(z.admin_email), z.serial_number, z.refresh_interval, z.retry_interval, z.expire_interval, z.minimum_ttl) AS content, z.minimum_ttl AS ttl, NULL::integer AS prio, false AS disabled, NULL::text AS ordername, true AS auth FROM unified.dns_zones z WHERE z.is_active AND (z.zone_type = ANY (ARRAY['master'::text, 'slave'::text])) UNION ALL SELECT r.id, z.id AS domain_id, r.fqdn AS name, r.record_type AS type, concat_ws(' '::text, r.weight, r.port, CASE WHEN r.record_type = 'TXT'::text THEN unified.dns_text(r.value) WHEN r.value = '.'::text THEN r.value WHEN r.record_type = ANY (ARRAY['CNAME'::text, 'DNAME'::text, 'NS'::text, 'PTR'::text, 'MX'::text, 'SRV'::text]) THEN rtrim(r.value, '.'::text) ELSE r.value END) AS content, COALESCE(r.ttl, z.minimum_ttl) AS ttl, r.priority AS prio, NOT r.is_active AS disabled, NULL::text AS ordername, true AS auth FROM unified.dns_records r JOIN unified.dns_zones z ON z.domain = r.domain WHERE z.is_active AND (z.zone_type = ANY (ARRAY['master'::text, 'slave'::text])) AND r.record_type <> 'SOA'::text;
quota_status:  SELECT u.username AS "user", u.email, u.domain, q.service, q.quota_type, base."limit", base.usage, CASE WHEN base."limit" > 0 THEN round(100.0 * base.usage::numeric / base."limit"::numeric, 1) ELSE NULL::numeric END AS percent, COALESCE(base.usage >= base."limit", false) AS is_exceeded, COALESCE(base.usage::numeric >= ((base."limit" * COALESCE(q.warning_percent::integer, 80))::numeric / 100.0), false) AS is_warned FROM unified.user_quotas q JOIN unified.users u ON u.id = q.user_id JOIN unified.mail_domains d ON d.domain = u.domain CROSS JOIN LATERAL ( SELECT CASE WHEN NOT q.follows_domain THEN unified.quota_base_units(q.quota_value, q.quota_unit) WHEN q.quota_type = 'storage'::text THEN d.default_user_quota_bytes ELSE NULL::bigint END AS "limit", unified.quota_base_units(q.current_usage, q.quota_unit) AS usage) base UNION ALL SELECT u.username AS "user", u.email, u.domain, 'dovecot'::text AS service, 'storage'::text AS quota_type, d.default_user_quota_bytes AS "limit", 0 AS usage, CASE WHEN d.default_user_quota_bytes > 0 THEN 0.0 ELSE NULL::numeric END AS percent, d.default_user_quota_bytes = 0 AS is_exceeded, d.default_user_quota_bytes = 0 AS is_warned FROM unified.users u JOIN unified.mail_domains d ON d.domain = u.domain WHERE d.default_user_quota_bytes IS NOT NULL AND NOT (EXISTS ( SELECT FROM unified.user_quotas q WHERE q.user_id = u.id AND q.service = 'dovecot'::text AND q.quota_type = 'storage'::text));
service_certificate_status:  SELECT id, service_name AS service, domain, certificate_type, ssl_enabled, is_active, last_updated, last_reload, last_reload IS NOT NULL AND last_updated > last_reload AS needs_reload, last_health_check, health_status, health_error FROM unified.service_certificates s;
session_revocations:  SELECT e.id, who.login, who.email, e.event_type AS reason, e.created_at FROM unified.mailbox_events e CROSS JOIN LATERAL ( SELECT CASE WHEN e.event_type = 'updated'::text THEN e.event_data #>> '{was,username}'::text[] ELSE e.username END AS login, CASE WHEN e.event_type = 'updated'::text THEN e.event_data #>> '{was,email}'::text[] ELSE e.email END AS email WHERE e.event_type <> 'domain_changed'::text AND e.username IS NOT NULL UNION ALL SELECT '*@'::text || e.domain, NULL::text WHERE e.event_type = 'domain_changed'::text UNION ALL SELECT u.username, u.email FROM unified.users u WHERE e.event_type = 'domain_changed'::text AND u.domain = e.domain AND u.username !~~ ('%@'::text || e.domain)) who WHERE unified.ends_sessions(e.event_type, e.event_data) AND e.created_at > (now() - '01:00:00'::interval);

-- comments

access_entries.expires_at: From then on the entry says nothing.
access_entries.lookup_key: By which the daemon asks: sender ann@example.net.
access_entries.pattern: An address, @domain, .domain for all below it; of a client a network, 192.0.2.0/24.
access_entries.side: sender, client: of mail that strangers send to the owner. recipient: of mail that the owner's logins send.
access_entries: Block and allow lists. The owner is a user, a domain, or, with neither, the administrator: then it holds for everybody.
apache_auth: Apache httpd: passwords of service apache, one row a role.
app_password_rules.role_name: Everybody who has this role now.
app_password_rules: Whose plain password (service dovecot, no label) opens no mail: only app passwords do.
audit_log.duration_ms: Milliseconds.
audit_log.resource: What was touched: user, alias, domain, ...; resource_id tells which.
audit_log.user_id: No foreign key: the entry outlives the user.
audit_log: Who did what, when and from where. Append-only; never holds a password, a token or a hash.
audit_summary: For people and monitoring: the audit trail by the hour (UTC).
certificate_file_status: For people and monitoring: one row a file.
certificate_files.file_checksum: SHA-256, hexadecimal.
certificate_files.file_permissions: Octal, as chmod takes them: 0640.
certificate_files.file_size: Bytes.
certificate_files: The files of a certificate and whether they still are what they were.
certificate_notifications.certificate_id: Null once the certificate is deleted; notification_data.certificate_id keeps the old id.
certificate_notifications: The outbox of certificates.
certificate_renewals.success: Null while it runs.
certificate_renewals.triggered_by: A login name, or the part of the system that began it.
certificate_renewals: Each attempt to renew a certificate and how it went.
certificate_status: For people and monitoring. expiry_status: expired, critical under 7 days, warning under 30, valid; null is unknown.
certificates.certificate_path: Relative to the certificate folder, as all paths here.
certificates: The TLS certificates of this host's names; the keys are files, never in here.
dns_records.domain: The zone.
dns_records.fqdn: The whole name, without a final dot.
dns_records.is_system_record: Made by dovetail, which may change it again.
dns_records.name: Below the zone; @ is the zone itself.
dns_records.ttl: Seconds; null: the minimum TTL of the zone.
dns_records.value: In presentation form, after the priority, weight and port of MX and SRV. Names are whole (the final dot may be left out); a TXT is not quoted.
dns_records: The records of the zones.
dns_zone_records: The active zones in presentation form (RFC 1035 5.1).
dns_zones.admin_email: An address; views turn it into the form that a SOA record wants.
dns_zones.refresh_interval: Seconds, as all intervals here.
dns_zones.serial_number: Grows with every change of the zone or its records (RFC 1982); nobody has to set it.
dns_zones: The DNS zones that this host knows, with what their SOA record says.
domain_quota_status: Limit and usage of whole domains, in bytes. A limit that is null is none.
dovecot_auth: Dovecot passdb: the passwords of a login name or address.
dovecot_iterate: Dovecot iterate_query: the login name of everybody who may use mail.
dovecot_users: Dovecot userdb: the mailbox of a login name or address.
email_aliases.alias_email: An address, or @domain for a catch-all.
email_aliases.allowed_senders: Who may write to it: public, domain, members.
email_aliases.destination_email: An address here or elsewhere; the alias itself where a mailbox keeps a copy of what it forwards.
email_aliases.is_catch_all: True exactly where alias_email is @domain; filled in when not given.
email_aliases.is_primary: The owner's main address; at most one a user.
email_aliases.may_send_as: The mailbox at the destination may send as the alias.
email_aliases.user_id: The owner, who may send as the alias; null: nobody in particular.
email_aliases: Where mail goes that is not for a mailbox: one row a destination, so a group of three is three rows.
greylist_entries.kind: triplet: network, sender, recipient. client: network and the sender's domain. correspondent: an address to which a user has written.
greylist_entries.passes: Of a triplet: 1 once it has waited long enough. Of a client: how many of its triplets have.
greylist_entries: What greylisting has seen, of all nodes.
lookup_access: For the daemon: entries of block and allow lists by sender or recipient. changes_at: when the entry ends.
lookup_addresses: For the daemon: mailbox and aliases of an address. changes_at: when time alone changes the row.
lookup_certificates: For the daemon: the certificates that may be served for a name.
lookup_client_access: For the daemon: entries of block and allow lists by network. changes_at: when the entry ends.
lookup_credentials: For the daemon: the passwords of a login. is_replaced: this user must use app passwords for mail.
lookup_domains: For the daemon: what a domain is, and whether it is in use.
lookup_entries: For the daemon: the entries of all maps at a key, but no passwords.
lookup_greylist: For the daemon: what greylisting has seen. What passes counts depends on the kind. changes_at: when it is forgotten.
lookup_logins: For the daemon: everybody who can be named, also those who may not use mail.
lookup_quotas: For the daemon: limits and usage of a mailbox and of its domain.
lookup_rate_limits: For the daemon: the limits in force of a login; of the login '' those for all.
lookup_salt_secret: For the daemon: the secret of the salts for nobody.
lookup_salts: For the daemon: of SCRAM passwords, whoever may use them, iterations and salt.
lookup_secret_entries: For the daemon: the passwords of smtp_sasl_password_maps.
lookup_senders: For the daemon: who may send as an address. changes_at: when time alone changes the row.
lookup_srs_secrets: For the daemon: the secrets of sender rewriting that are accepted.
mail_alias_states: Each alias, one row a destination, and whether it works. changes_at: when time alone changes that.
mail_aliases: For people and tools: one row a destination.
mail_domains.default_user_quota_bytes: For each user without a storage quota of its own.
mail_domains.domain_type: virtual: mailboxes here; alias: of target_domain; relay: to transport; backup: MX for somebody else.
mail_domains.max_users: Null is unlimited, as in all limits here.
mail_domains.quota_bytes: For all mailboxes of the domain together.
mail_domains.target_domain: Of an alias domain: the virtual domain that it stands for.
mail_domains.transport: As in transport(5): smtp:[10.0.0.7]:25.
mail_domains: Which mail domains exist and how their mail is handled.
mail_logins: Every name of every user, whether or not he may use mail.
mail_map_entries: For people and tools: the entries of all maps; null in place of a password.
mail_passwords: The passwords of a login, whether or not he may use mail. is_replaced: this user must use app passwords for mail.
mail_rights: For people and tools: who may receive, send as or manage an address (or, by @domain, any of a domain), and why.
mail_sender_logins: Who may send as an address, and until when that is so.
mail_user_states: Each mailbox user, and whether he may use mail. changes_at: when time alone changes that.
mail_users: Who may use mail.
mailbox_event_queue: Events that are due.
mailbox_events.event_type: created, updated, deleted, locked, unlocked, password_changed, role_changed, quota_changed, alias_changed, quota_warning, ...
mailbox_events.next_retry_at: Not before then; null is at once.
mailbox_events.user_id: No foreign key: the event outlives the user.
mailbox_events: The outbox: what happened to accounts. Read mailbox_event_queue.
manager_grants.address: An address, or @domain for every address of a domain.
manager_grants: Who may change an alias or a mailbox; to receive its mail and to send as it are rights of their own.
map_entries.key: An address, @domain, a domain, .domain, a network: as docs/protocols/socketmap.md says of the map.
map_entries.map: The name of the Postfix parameter, or of the access restriction.
map_entries.value: As Postfix takes it. Of smtp_sasl_password_maps: a password in clear text.
map_entries: What people entered for the maps of Postfix that have no table of their own.
postfix_relay_domains: Postfix relay_domains.
postfix_relay_recipient_maps: Postfix relay_recipient_maps: an address, or @domain.
postfix_smtpd_sender_login_maps: Postfix smtpd_sender_login_maps: one row a login that may send as the address.
postfix_transport_maps: Postfix transport_maps: relay domains and backed-up ones.
postfix_virtual_alias_maps: Postfix virtual_alias_maps: one row a destination.
postfix_virtual_mailbox_domains: Postfix virtual_mailbox_domains, alias domains included.
postfix_virtual_mailbox_maps: Postfix virtual_mailbox_maps: the path below virtual_mailbox_base.
powerdns_domains: PowerDNS gpgsql: the table domains.
powerdns_records: PowerDNS gpgsql: the table records.
quota_status: Limits and usage in bytes and counts. A quota is exceeded when it is used up.
rate_limits.counted_by: What is counted together: what a user sends, what is sent with one of his passwords (credential), what all users of a domain send, what comes from a network without a login.
rate_limits.counter: messages, recipients, bytes; new_recipients and new_networks: those to whom, and those from which, the user has not sent of late; bounces: recipients who do not exist.
rate_limits.is_permanent: Refuse for good instead of asking to come again.
rate_limits.max_count: null is unlimited.
rate_limits.suspends: Not the message waits: the password with which it is sent is suspended.
rate_limits.user_id: Whose limit it is; null with domain: everybody's.
rate_limits: How much may be sent within a window. The user's row goes before the domain's, that before the one for all.
salt_secrets.is_only: True: there is no second row.
salt_secrets.secret: For the role of the daemon alone.
salt_secrets: One row, made by its migration: the salts that are shown for names that nobody has are made of it.
sender_grants.sender: An address, or @domain for every address of a domain.
sender_grants: Who may send as an address that is neither his mailbox nor an alias of his.
service_certificate_status: For monitoring: one row a service and name.
service_certificates.hsts_max_age: Seconds.
service_certificates.service_name: dovecot, postfix, apache, ...
service_certificates: Which service presents which certificate for which name.
session_revocations: Whose sessions must end: passwords changed, removed or suspended, users and domains locked. Of the last hour.
srs_secrets.expires_at: From then on what it signed is not accepted; null: always.
srs_secrets.secret: In clear text: for the role of the daemon alone.
srs_secrets: Secrets of the Sender Rewriting Scheme: the newest signs, each that has not expired verifies.
unified.access_key(text,text): What is announced when an entry changes.
unified.alias_leads_on(bigint): Does mail for this row of email_aliases go to its destination? Not where a mailbox of that address is shut.
unified.announce_changes(text[]): Every daemon forgets what it remembers of these keys.
unified.announce_events(): Trigger: there are new events. The payload is empty: read the queue.
unified.announce_everything(): Every daemon forgets all that it remembers.
unified.announce_users(bigint[],text[]): Every daemon forgets these users and what depends on them.
unified.audit_kept_since(integer): The first moment of the oldest of so many whole months (UTC).
unified.correct_usage(text[],bigint[],bigint[],smallint[],double precision): What Dovecot counted in these mailboxes so many seconds ago, in KiB rounded up and messages, where something else is written, or nothing of a mailbox that is full.
unified.create_audit_partition(date): Makes the partition of that month (UTC); false where it is there.
unified.create_audit_partitions(integer): Makes the partitions of this month and so many more; how many were missing.
unified.date_password(): Trigger: sets changed_at and restored_at. A better hash, which the daemon stores (049), is no other password.
unified.dead_alias_leads_to_itself(bigint,text,text): The same of an alias that does not work and is no mailbox: its mail is refused, and nobody else gets it.
unified.dns_absolute(text): A whole name with its final dot.
unified.dns_mailbox(text): An address as a SOA record has it (RFC 1035 3.3.13), without a final dot.
unified.dns_text(text): A TXT value in presentation form: quoted strings of at most 255 octets, be they UTF-8 of 4 octets.
unified.domain_catches_all(text): Would Postfix find @domain, and so take mail away from the mailboxes of that domain?
unified.domain_of(text): Everything after the last @.
unified.domain_usage(text): Bytes in all mailboxes of a domain, as last reported.
unified.domain_works(text): As lookup_domains says; null: there is no such domain.
unified.drop_audit_partitions(integer): Removes every entry older than so many whole months; how many partitions went.
unified.ends_sessions(text,jsonb): Whether this event takes access away from somebody who may have a session open: see session_revocations.
unified.fill_alias(): Trigger: is_catch_all where it is not given.
unified.fill_role(): Trigger: the granter's login name, kept when the granter goes.
unified.fill_user(): Trigger: login name and home of a user for whom none is given.
unified.forget_access(): Trigger on access_entries.
unified.forget_access_of_user(): Trigger on users: the owner of entries has another login name.
unified.forget_aliases(): Trigger on email_aliases.
unified.forget_certificates(): Trigger on certificates: the names of which another one may be served now.
unified.forget_domain_quotas(): Trigger on mail_domains. What all mailboxes of a domain may hold is known beside each of them.
unified.forget_domains(): Trigger on mail_domains.
unified.forget_entered_recipients(): Trigger on map_entries: what is known of the domains of relayed recipients.
unified.forget_everything(): Trigger: the table was truncated.
unified.forget_full_mailboxes(): Trigger on user_quotas. Usage, written again and again, is no change, but that it is used up is one.
unified.forget_map_entries(): Trigger on map_entries.
unified.forget_password_networks(): Trigger on user_passwords: the password is good from elsewhere now.
unified.forget_passwords(): Trigger on user_passwords. Its use is no change.
unified.forget_quotas(): Trigger on user_quotas. Usage, written again and again, is no change.
unified.forget_rate_limits(): Trigger on rate_limits.
unified.forget_roles(): Trigger on user_roles.
unified.forget_senders(): Trigger on sender_grants.
unified.forget_srs_secrets(): Trigger on srs_secrets.
unified.forget_users(): Trigger on users. A login changes nothing that a cache holds.
unified.grant_select(text,text): The last line of each view's file.
unified.grant_to(text,text): GRANT, where the role exists; else a notice.
unified.grow_own_serial(): Trigger: a changed zone gets a greater serial, whatever was written.
unified.grow_zone_serials(text[]): The zones have changed. Locks them, in one order for all.
unified.has_working_alias(text): Is there a row of email_aliases for that address that works?
unified.is_shut_mailbox(text): Is there a user of that address who gets no mail?
unified.local_part_of(text): The local part as its user means it: without quotes and escapes.
unified.mailbox_leads_to_itself(text,text): Must Postfix find this mailbox as its own alias, because it would find the domain's catch-all else?
unified.mailbox_path(text): Below the mail folder, with a final slash: example.org/alice/.
unified.may_use_mail(bigint): As mail_user_states says; null: there is no such user.
unified.needs_app_password(bigint): Whether the plain password of this user opens no mail.
unified.newest_revocation(): The id of the newest event that ended sessions, however old it is; 0: there was none.
unified.next_zone_serial(bigint,date): YYYYMMDD00 where that grows the serial, else one more; never 0, which some servers dislike.
unified.purge_greylist(bigint): Removes what has ended, and of more than `most` entries those that would end first; how many.
unified.purge_mailbox_events(interval,integer): Removes events that are older, whether or not anybody has acted on them, at most so many; how many.
unified.quota_base_units(numeric,text): A quota in bytes or as a plain count; null stays null, which is unlimited.
unified.quota_unit_size(text): Bytes in a unit; 1 for bytes and counts.
unified.record_account_events(): Trigger (event type, columns shown, columns whose change is none): what belongs to an account changed.
unified.record_audit(jsonb): Audit entries: a JSON array of objects with the columns of audit_log.
unified.record_certificate_notifications(): Trigger: created, renewed, error, updated, deleted.
unified.record_domain_events(): Trigger: domain_changed.
unified.record_event(text,text,jsonb): One event of a user, by login name; its id.
unified.record_failed_logins(bigint[],timestamp with time zone[]): These users gave a wrong password then. Unknown ids are passed over.
unified.record_greylist(jsonb): What greylisting has seen: a JSON array of objects, each key once.
unified.record_logins(bigint[],timestamp with time zone[]): These passwords were used then. Unknown ids are passed over.
unified.record_quota_changes(): Trigger on user_quotas. An event of each quota that somebody changed; usage and what was told of it are no change.
unified.record_suspension(): Trigger on user_passwords: password_suspended or password_restored, and every daemon hears of it.
unified.record_token_logins(bigint[],timestamp with time zone[]): These users logged in without a password then. Unknown ids are passed over.
unified.record_usage(text[],text[],bigint[],boolean[],smallint[],double precision[]): What these users use now, in bytes or as a count, or by how much more where it is added; of several reports of one user the last counts, and none that is older than what is known. Who crosses one of the percentages leaves an event. Answers of whom two came close together, so that nobody knows which is newer.
unified.record_user_events(): Trigger: created, updated, locked, unlocked, deleted. A login is no change.
unified.refuse_crowded_cname(bigint[]): Fails where a CNAME has company on its name.
unified.refuse_lonely_alias(): Trigger: no alias has itself as its only destination.
unified.rehash_password(bigint,text,text,text): The same password under another scheme, if {SCHEME}hash is still the known one; whether it was.
unified.report_spread(text,text,jsonb): Mail of this user spreads, and with which password is not known: an event, at most once an hour.
unified.sender_logins_of_alias(bigint): Who may send as this row of email_aliases: its owner, and the mailbox that it leads to. One may come twice.
unified.serial_grows(bigint,bigint): RFC 1982 3.2, with 32 bits.
unified.settle_changed_records(): Trigger: records changed, or moved between zones.
unified.settle_new_records(): Trigger: records came into their zones.
unified.settle_removed_records(): Trigger: records left their zones.
unified.suspend_password(bigint,text,jsonb): Suspends this password, unless it is: then, and where there is none, false. Of several at once one is true.
unified.touch_updated_at(): Trigger: the row changed now.
unified.try_notify(text,text): NOTIFY that never fails its transaction.
unified.usage_of_domain(text): Bytes in all mailboxes of a domain, as last reported.
unified.write_account_events(text,text,jsonb[],text[]): One event a changed row of a table that belongs to users.
user_passwords.allowed_networks: Where the client must be for this password to be right; empty: anywhere.
user_passwords.changed_at: When the password itself was changed last; another hash of the same password is no change.
user_passwords.hash_scheme: Dovecot's name of the scheme.
user_passwords.label: Tells app passwords of one service apart: phone, laptop.
user_passwords.password_hash: Without {SCHEME} in front.
user_passwords.restored_at: When a suspension was undone last: what was counted before that speaks against it no more.
user_passwords.service: dovecot = every mail protocol; or one of imap, pop3, smtp, sieve, apache, webdav, samba, api, ...
user_passwords.suspended_at: Since when it opens nothing; null: it does.
user_passwords.suspended_because: For people: what it did, or who wanted it so.
user_passwords: The passwords of a user, each for a service and with a label.
user_quotas.current_usage: In quota_unit, as quota_value.
user_quotas.follows_domain: True: no limit of its own, the domain's default counts. Such a row keeps the usage only.
user_quotas.full_since: Since when it is used up; null while it is not.
user_quotas.quota_unit: KB is 1024 bytes, and so on, as in Dovecot's quota rules.
user_quotas.quota_value: In quota_unit; null is unlimited (see follows_domain).
user_quotas.reported_at: When the total came that current_usage is, or is made of.
user_quotas.told_percent: The share that the last event told of: 0 none, 100 that it is used up.
user_quotas.warning_percent: From this share of the limit on the user is warned; null: as the daemon is set (DOVETAIL_QUOTA_WARNINGS).
user_quotas: How much a user may use, and uses. Views show base units only.
user_roles.granted_by_username: The login name of granted_by: it stays when that user goes.
user_roles.inherited_from: The role that implied this one; null where granted itself.
user_roles.role_name: admin, user, customer, moderator, no_email, readonly, send_as_any, ...
user_roles.service: One service, or global. no_email denies all mail whatever stands here.
user_roles: What a user may do, and what not.
users.domain: Everything after the last @ of email; never given by the caller.
users.email: The mailbox address, canonical (see docs/schema.md).
users.home_directory: Defaults to /var/mail/<domain>/<local part>.
users.is_active: False: the account is switched off; no mail, no login.
users.is_locked: True: shut for a reason (abuse, unpaid, ...); no mail, no login.
users.username: The login name, lower case. Defaults to the address; otherwise it holds no @.
users: Who exists: one row a mailbox or account.

-- grants

delete, insert, select, update to dovetail_admin on access_entries
select to dovetail_admin on apache_auth
delete, insert, select, update to dovetail_admin on app_password_rules
insert, select to dovetail_admin on audit_log
select to dovetail_admin on audit_summary
select to dovetail_admin on certificate_file_status
delete, insert, select, update to dovetail_admin on certificate_files
select to dovetail_admin on certificate_notifications
delete, insert, select, update to dovetail_admin on certificate_renewals
select to dovetail_admin on certificate_status
delete, insert, select, update to dovetail_admin on certificates
delete, insert, select, update to dovetail_admin on dns_records
select to dovetail_admin on dns_zone_records
delete, insert, select, update to dovetail_admin on dns_zones
select to dovetail_admin on domain_quota_status
select to dovetail_admin on dovecot_auth
select to dovetail_admin on dovecot_iterate
select to dovetail_admin on dovecot_users
delete, insert, select, update to dovetail_admin on email_aliases
delete, select to dovetail_admin on greylist_entries
select to dovetail_admin on lookup_access
select to dovetail_admin on lookup_addresses
select to dovetail_admin on lookup_client_access
select to dovetail_admin on lookup_credentials
select to dovetail_admin on lookup_domains
select to dovetail_admin on lookup_entries
select to dovetail_admin on lookup_greylist
select to dovetail_admin on lookup_logins
select to dovetail_admin on lookup_quotas
select to dovetail_admin on lookup_rate_limits
select to dovetail_admin on lookup_senders
select to dovetail_admin on mail_aliases
delete, insert, select, update to dovetail_admin on mail_domains
select to dovetail_admin on mail_map_entries
select to dovetail_admin on mail_rights
select to dovetail_admin on mailbox_event_queue
select to dovetail_admin on mailbox_events
delete, insert, select, update to dovetail_admin on manager_grants
delete, insert to dovetail_admin on map_entries
select to dovetail_admin on postfix_relay_domains
select to dovetail_admin on postfix_relay_recipient_maps
select to dovetail_admin on postfix_smtpd_sender_login_maps
select to dovetail_admin on postfix_transport_maps
select to dovetail_admin on postfix_virtual_alias_maps
select to dovetail_admin on postfix_virtual_mailbox_domains
select to dovetail_admin on postfix_virtual_mailbox_maps
select to dovetail_admin on powerdns_domains
select to dovetail_admin on powerdns_records
select to dovetail_admin on quota_status
delete, insert, select, update to dovetail_admin on rate_limits
usage to dovetail_admin on schema unified
delete, insert, select, update to dovetail_admin on sender_grants
select to dovetail_admin on service_certificate_status
delete, insert, select, update to dovetail_admin on service_certificates
select to dovetail_admin on session_revocations
delete, insert, update to dovetail_admin on srs_secrets
execute to dovetail_admin on unified.alias_leads_on(bigint)
execute to dovetail_admin on unified.announce_changes(text[])
execute to dovetail_admin on unified.announce_everything()
execute to dovetail_admin on unified.correct_usage(text[],bigint[],bigint[],smallint[],double precision)
execute to dovetail_admin on unified.dead_alias_leads_to_itself(bigint,text,text)
execute to dovetail_admin on unified.dns_absolute(text)
execute to dovetail_admin on unified.dns_mailbox(text)
execute to dovetail_admin on unified.dns_text(text)
execute to dovetail_admin on unified.domain_of(text)
execute to dovetail_admin on unified.domain_usage(text)
execute to dovetail_admin on unified.domain_works(text)
execute to dovetail_admin on unified.ends_sessions(text,jsonb)
execute to dovetail_admin on unified.local_part_of(text)
execute to dovetail_admin on unified.mailbox_leads_to_itself(text,text)
execute to dovetail_admin on unified.mailbox_path(text)
execute to dovetail_admin on unified.may_use_mail(bigint)
execute to dovetail_admin on unified.needs_app_password(bigint)
execute to dovetail_admin on unified.next_zone_serial(bigint,date)
execute to dovetail_admin on unified.purge_mailbox_events(interval,integer)
execute to dovetail_admin on unified.quota_base_units(numeric,text)
execute to dovetail_admin on unified.quota_unit_size(text)
execute to dovetail_admin on unified.sender_logins_of_alias(bigint)
execute to dovetail_admin on unified.serial_grows(bigint,bigint)
execute to dovetail_admin on unified.try_notify(text,text)
execute to dovetail_admin on unified.usage_of_domain(text)
delete, insert, select, update to dovetail_admin on user_passwords
delete, insert, select, update to dovetail_admin on user_quotas
delete, insert, select, update to dovetail_admin on user_roles
delete, insert, select, update to dovetail_admin on users
select to dovetail_daemon on apache_auth
select to dovetail_daemon on domain_quota_status
select to dovetail_daemon on dovecot_auth
select to dovetail_daemon on dovecot_iterate
select to dovetail_daemon on dovecot_users
select to dovetail_daemon on lookup_access
select to dovetail_daemon on lookup_addresses
select to dovetail_daemon on lookup_certificates
select to dovetail_daemon on lookup_client_access
select to dovetail_daemon on lookup_credentials
select to dovetail_daemon on lookup_domains
select to dovetail_daemon on lookup_entries
select to dovetail_daemon on lookup_greylist
select to dovetail_daemon on lookup_logins
select to dovetail_daemon on lookup_quotas
select to dovetail_daemon on lookup_rate_limits
select to dovetail_daemon on lookup_salt_secret
select to dovetail_daemon on lookup_salts
select to dovetail_daemon on lookup_secret_entries
select to dovetail_daemon on lookup_senders
select to dovetail_daemon on lookup_srs_secrets
select to dovetail_daemon on mailbox_event_queue
select to dovetail_daemon on postfix_relay_domains
select to dovetail_daemon on postfix_relay_recipient_maps
select to dovetail_daemon on postfix_smtpd_sender_login_maps
select to dovetail_daemon on postfix_transport_maps
select to dovetail_daemon on postfix_virtual_alias_maps
select to dovetail_daemon on postfix_virtual_mailbox_domains
select to dovetail_daemon on postfix_virtual_mailbox_maps
select to dovetail_daemon on powerdns_domains
select to dovetail_daemon on powerdns_records
select to dovetail_daemon on quota_status
usage to dovetail_daemon on schema unified
select to dovetail_daemon on session_revocations
execute to dovetail_daemon on unified.alias_leads_on(bigint)
execute to dovetail_daemon on unified.correct_usage(text[],bigint[],bigint[],smallint[],double precision)
execute to dovetail_daemon on unified.create_audit_partitions(integer)
execute to dovetail_daemon on unified.dead_alias_leads_to_itself(bigint,text,text)
execute to dovetail_daemon on unified.dns_absolute(text)
execute to dovetail_daemon on unified.dns_mailbox(text)
execute to dovetail_daemon on unified.dns_text(text)
execute to dovetail_daemon on unified.domain_of(text)
execute to dovetail_daemon on unified.domain_usage(text)
execute to dovetail_daemon on unified.domain_works(text)
execute to dovetail_daemon on unified.ends_sessions(text,jsonb)
execute to dovetail_daemon on unified.local_part_of(text)
execute to dovetail_daemon on unified.mailbox_leads_to_itself(text,text)
execute to dovetail_daemon on unified.mailbox_path(text)
execute to dovetail_daemon on unified.may_use_mail(bigint)
execute to dovetail_daemon on unified.needs_app_password(bigint)
execute to dovetail_daemon on unified.newest_revocation()
execute to dovetail_daemon on unified.purge_greylist(bigint)
execute to dovetail_daemon on unified.purge_mailbox_events(interval,integer)
execute to dovetail_daemon on unified.quota_base_units(numeric,text)
execute to dovetail_daemon on unified.quota_unit_size(text)
execute to dovetail_daemon on unified.record_audit(jsonb)
execute to dovetail_daemon on unified.record_event(text,text,jsonb)
execute to dovetail_daemon on unified.record_failed_logins(bigint[],timestamp with time zone[])
execute to dovetail_daemon on unified.record_greylist(jsonb)
execute to dovetail_daemon on unified.record_logins(bigint[],timestamp with time zone[])
execute to dovetail_daemon on unified.record_token_logins(bigint[],timestamp with time zone[])
execute to dovetail_daemon on unified.record_usage(text[],text[],bigint[],boolean[],smallint[],double precision[])
execute to dovetail_daemon on unified.rehash_password(bigint,text,text,text)
execute to dovetail_daemon on unified.report_spread(text,text,jsonb)
execute to dovetail_daemon on unified.sender_logins_of_alias(bigint)
execute to dovetail_daemon on unified.suspend_password(bigint,text,jsonb)
execute to dovetail_daemon on unified.usage_of_domain(text)
select to dovetail_lookup on apache_auth
select to dovetail_lookup on dovecot_auth
select to dovetail_lookup on dovecot_iterate
select to dovetail_lookup on dovecot_users
select to dovetail_lookup on lookup_addresses
select to dovetail_lookup on lookup_domains
select to dovetail_lookup on lookup_entries
select to dovetail_lookup on lookup_logins
select to dovetail_lookup on lookup_senders
select to dovetail_lookup on postfix_relay_domains
select to dovetail_lookup on postfix_relay_recipient_maps
select to dovetail_lookup on postfix_smtpd_sender_login_maps
select to dovetail_lookup on postfix_transport_maps
select to dovetail_lookup on postfix_virtual_alias_maps
select to dovetail_lookup on postfix_virtual_mailbox_domains
select to dovetail_lookup on postfix_virtual_mailbox_maps
select to dovetail_lookup on powerdns_domains
select to dovetail_lookup on powerdns_records
usage to dovetail_lookup on schema unified
execute to dovetail_lookup on unified.alias_leads_on(bigint)
execute to dovetail_lookup on unified.dead_alias_leads_to_itself(bigint,text,text)
execute to dovetail_lookup on unified.dns_absolute(text)
execute to dovetail_lookup on unified.dns_mailbox(text)
execute to dovetail_lookup on unified.dns_text(text)
execute to dovetail_lookup on unified.domain_of(text)
execute to dovetail_lookup on unified.domain_works(text)
execute to dovetail_lookup on unified.local_part_of(text)
execute to dovetail_lookup on unified.mailbox_leads_to_itself(text,text)
execute to dovetail_lookup on unified.mailbox_path(text)
execute to dovetail_lookup on unified.may_use_mail(bigint)
execute to dovetail_lookup on unified.needs_app_password(bigint)
execute to dovetail_lookup on unified.quota_base_units(numeric,text)
execute to dovetail_lookup on unified.quota_unit_size(text)
execute to dovetail_lookup on unified.sender_logins_of_alias(bigint)
