-- undoes 062_create_rate_limits
drop table unified.rate_limits;
