-- undoes 037_create_sender_grants
drop table unified.sender_grants;
