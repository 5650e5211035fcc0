-- undoes 080_sum_domains_quickly
drop function unified.usage_of_domain(text);
