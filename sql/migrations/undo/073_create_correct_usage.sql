-- undoes 073_create_correct_usage
drop function unified.correct_usage(text[], bigint[], bigint[], smallint[], double precision);
