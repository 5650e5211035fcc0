-- undoes 076_join_changed_users_by_hash
alter function unified.record_user_events() reset jit;
alter function unified.record_user_events() reset enable_nestloop;
alter function unified.forget_passwords() reset enable_nestloop;
alter function unified.forget_users() reset enable_nestloop;
alter function unified.announce_users(bigint[], text[]) reset enable_nestloop;
alter function unified.announce_changes(text[]) reset enable_nestloop;
