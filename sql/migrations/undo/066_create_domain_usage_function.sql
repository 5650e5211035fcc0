-- undoes 066_create_domain_usage_function
drop function unified.domain_usage(text);
