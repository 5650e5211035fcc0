-- undoes 043_create_audit_partition_functions
drop function unified.drop_audit_partitions(integer);
drop function unified.create_audit_partitions(integer);
drop function unified.create_audit_partition(date);
