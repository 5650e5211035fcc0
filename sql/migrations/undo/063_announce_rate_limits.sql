-- undoes 063_announce_rate_limits
drop trigger rate_limits_forget_insert on unified.rate_limits;
drop trigger rate_limits_forget_update on unified.rate_limits;
drop trigger rate_limits_forget_delete on unified.rate_limits;
drop trigger rate_limits_forget_truncate on unified.rate_limits;
drop function unified.forget_rate_limits();
