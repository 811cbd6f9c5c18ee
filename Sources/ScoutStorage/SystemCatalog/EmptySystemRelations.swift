/// The columns of relations of PostgreSQL 15's `pg_catalog` that have no rows here, as in a PostgreSQL where nobody uses
/// what they are about: foreign data, replication, large objects, security labels. In the form of
/// ``postgresCatalogColumns``. `inet`, `xid8`, `pg_lsn` and the types of statistics are text here.
let emptyCatalogColumns = """
  pg_foreign_data_wrapper: oid oid, fdwname name, fdwowner oid, fdwhandler oid, fdwvalidator oid, fdwacl
    aclitem[], fdwoptions text[]
  pg_largeobject: loid oid, pageno int4, data bytea
  pg_largeobject_metadata: oid oid, lomowner oid, lomacl aclitem[]
  pg_parameter_acl: oid oid, parname text, paracl aclitem[]
  pg_prepared_xacts: transaction xid, gid text, prepared timestamptz, owner name, database name
  pg_publication_tables: pubname name, schemaname name, tablename name, attnames name[], rowfilter text
  pg_replication_origin: roident oid, roname text
  pg_replication_slots: slot_name name, plugin name, slot_type text, datoid oid, database name, temporary bool,
    active bool, active_pid int4, xmin xid, catalog_xmin xid, restart_lsn text, confirmed_flush_lsn text,
    wal_status text, safe_wal_size int8, two_phase bool
  pg_seclabel: objoid oid, classoid oid, objsubid int4, provider text, label text
  pg_seclabels: objoid oid, classoid oid, objsubid int4, objtype text, objnamespace oid, objname text, provider
    text, label text
  pg_shdepend: dbid oid, classid oid, objid oid, objsubid int4, refclassid oid, refobjid oid, deptype char
  pg_shseclabel: objoid oid, classoid oid, provider text, label text
  pg_stat_progress_analyze: pid int4, datid oid, datname name, relid oid, phase text, sample_blks_total int8,
    sample_blks_scanned int8, ext_stats_total int8, ext_stats_computed int8, child_tables_total int8,
    child_tables_done int8, current_child_table_relid oid
  pg_stat_progress_basebackup: pid int4, phase text, backup_total int8, backup_streamed int8, tablespaces_total
    int8, tablespaces_streamed int8
  pg_stat_progress_cluster: pid int4, datid oid, datname name, relid oid, command text, phase text,
    cluster_index_relid oid, heap_tuples_scanned int8, heap_tuples_written int8, heap_blks_total int8,
    heap_blks_scanned int8, index_rebuild_count int8
  pg_stat_progress_copy: pid int4, datid oid, datname name, relid oid, command text, type text, bytes_processed
    int8, bytes_total int8, tuples_processed int8, tuples_excluded int8
  pg_stat_progress_create_index: pid int4, datid oid, datname name, relid oid, index_relid oid, command text,
    phase text, lockers_total int8, lockers_done int8, current_locker_pid int8, blocks_total int8, blocks_done
    int8, tuples_total int8, tuples_done int8, partitions_total int8, partitions_done int8
  pg_stat_progress_vacuum: pid int4, datid oid, datname name, relid oid, phase text, heap_blks_total int8,
    heap_blks_scanned int8, heap_blks_vacuumed int8, index_vacuum_count int8, max_dead_tuples int8,
    num_dead_tuples int8
  pg_stat_replication: pid int4, usesysid oid, usename name, application_name text, client_addr text,
    client_hostname text, client_port int4, backend_start timestamptz, backend_xmin xid, state text, sent_lsn
    text, write_lsn text, flush_lsn text, replay_lsn text, write_lag interval, flush_lag interval, replay_lag
    interval, sync_priority int4, sync_state text, reply_time timestamptz
  pg_stat_replication_slots: slot_name text, spill_txns int8, spill_count int8, spill_bytes int8, stream_txns
    int8, stream_count int8, stream_bytes int8, total_txns int8, total_bytes int8, stats_reset timestamptz
  pg_stat_subscription: subid oid, subname name, pid int4, relid oid, received_lsn text, last_msg_send_time
    timestamptz, last_msg_receipt_time timestamptz, latest_end_lsn text, latest_end_time timestamptz
  pg_stat_user_functions: funcid oid, schemaname name, funcname name, calls int8, total_time float8, self_time
    float8
  pg_stat_wal_receiver: pid int4, status text, receive_start_lsn text, receive_start_tli int4, written_lsn text,
    flushed_lsn text, received_tli int4, last_msg_send_time timestamptz, last_msg_receipt_time timestamptz,
    latest_end_lsn text, latest_end_time timestamptz, slot_name text, sender_host text, sender_port int4, conninfo
    text
  pg_statistic_ext_data: stxoid oid, stxdinherit bool, stxdndistinct text, stxddependencies text, stxdmcv text,
    stxdexpr text[]
  pg_stats_ext: schemaname name, tablename name, statistics_schemaname name, statistics_name name,
    statistics_owner name, attnames name[], exprs text[], kinds char[], inherited bool, n_distinct text,
    dependencies text, most_common_vals text[], most_common_val_nulls bool[], most_common_freqs float8[],
    most_common_base_freqs float8[]
  pg_subscription: oid oid, subdbid oid, subskiplsn text, subname name, subowner oid, subenabled bool, subbinary
    bool, substream bool, subtwophasestate char, subdisableonerr bool, subconninfo text, subslotname name,
    subsynccommit text, subpublications text[]
  pg_subscription_rel: srsubid oid, srrelid oid, srsubstate char, srsublsn text
  pg_transform: oid oid, trftype oid, trflang oid, trffromsql regproc, trftosql regproc
  pg_user_mapping: oid oid, umuser oid, umserver oid, umoptions text[]
  pg_user_mappings: umid oid, srvid oid, srvname name, umuser oid, usename name, umoptions text[]
  """

/// The same of `information_schema`.
let emptyInformationSchemaColumns = """
  attributes: udt_catalog name, udt_schema name, udt_name name, attribute_name name, ordinal_position int4,
    attribute_default varchar, is_nullable varchar, data_type varchar, character_maximum_length int4,
    character_octet_length int4, character_set_catalog name, character_set_schema name, character_set_name name,
    collation_catalog name, collation_schema name, collation_name name, numeric_precision int4,
    numeric_precision_radix int4, numeric_scale int4, datetime_precision int4, interval_type varchar,
    interval_precision int4, attribute_udt_catalog name, attribute_udt_schema name, attribute_udt_name name,
    scope_catalog name, scope_schema name, scope_name name, maximum_cardinality int4, dtd_identifier name,
    is_derived_reference_attribute varchar
  check_constraint_routine_usage: constraint_catalog name, constraint_schema name, constraint_name name,
    specific_catalog name, specific_schema name, specific_name name
  column_column_usage: table_catalog name, table_schema name, table_name name, column_name name, dependent_column
    name
  column_options: table_catalog name, table_schema name, table_name name, column_name name, option_name name,
    option_value varchar
  foreign_data_wrapper_options: foreign_data_wrapper_catalog name, foreign_data_wrapper_name name, option_name
    name, option_value varchar
  foreign_data_wrappers: foreign_data_wrapper_catalog name, foreign_data_wrapper_name name,
    authorization_identifier name, library_name varchar, foreign_data_wrapper_language varchar
  foreign_server_options: foreign_server_catalog name, foreign_server_name name, option_name name, option_value
    varchar
  foreign_servers: foreign_server_catalog name, foreign_server_name name, foreign_data_wrapper_catalog name,
    foreign_data_wrapper_name name, foreign_server_type varchar, foreign_server_version varchar,
    authorization_identifier name
  foreign_table_options: foreign_table_catalog name, foreign_table_schema name, foreign_table_name name,
    option_name name, option_value varchar
  foreign_tables: foreign_table_catalog name, foreign_table_schema name, foreign_table_name name,
    foreign_server_catalog name, foreign_server_name name
  routine_column_usage: specific_catalog name, specific_schema name, specific_name name, routine_catalog name,
    routine_schema name, routine_name name, table_catalog name, table_schema name, table_name name, column_name
    name
  routine_sequence_usage: specific_catalog name, specific_schema name, specific_name name, routine_catalog name,
    routine_schema name, routine_name name, sequence_catalog name, sequence_schema name, sequence_name name
  routine_table_usage: specific_catalog name, specific_schema name, specific_name name, routine_catalog name,
    routine_schema name, routine_name name, table_catalog name, table_schema name, table_name name
  transforms: udt_catalog name, udt_schema name, udt_name name, specific_catalog name, specific_schema name,
    specific_name name, group_name name, transform_type varchar
  user_mapping_options: authorization_identifier name, foreign_server_catalog name, foreign_server_name name,
    option_name name, option_value varchar
  user_mappings: authorization_identifier name, foreign_server_catalog name, foreign_server_name name
  """

/// Relations of the system schemas that have rows in every PostgreSQL and are not here: naming one is refused.
let unsupportedSystemRelations: Set<String> = Set(
  """
  information_schema._pg_foreign_data_wrappers information_schema._pg_foreign_servers
  information_schema._pg_foreign_table_columns information_schema._pg_foreign_tables
  information_schema._pg_user_mappings information_schema.administrable_role_authorizations
  information_schema.collation_character_set_applicability information_schema.column_domain_usage
  information_schema.data_type_privileges information_schema.domain_udt_usage information_schema.role_column_grants
  information_schema.role_udt_grants information_schema.role_usage_grants information_schema.routine_routine_usage
  information_schema.sql_features information_schema.sql_implementation_info information_schema.sql_parts
  information_schema.sql_sizing information_schema.udt_privileges information_schema.view_column_usage
  information_schema.view_routine_usage pg_catalog.pg_amop pg_catalog.pg_amproc
  pg_catalog.pg_available_extension_versions pg_catalog.pg_backend_memory_contexts pg_catalog.pg_config
  pg_catalog.pg_conversion pg_catalog.pg_file_settings pg_catalog.pg_hba_file_rules
  pg_catalog.pg_ident_file_mappings pg_catalog.pg_init_privs pg_catalog.pg_opfamily
  pg_catalog.pg_replication_origin_status pg_catalog.pg_shmem_allocations pg_catalog.pg_stat_all_indexes
  pg_catalog.pg_stat_archiver pg_catalog.pg_stat_bgwriter pg_catalog.pg_stat_database_conflicts
  pg_catalog.pg_stat_gssapi pg_catalog.pg_stat_recovery_prefetch pg_catalog.pg_stat_slru pg_catalog.pg_stat_ssl
  pg_catalog.pg_stat_subscription_stats pg_catalog.pg_stat_sys_indexes pg_catalog.pg_stat_wal
  pg_catalog.pg_stat_xact_all_tables pg_catalog.pg_stat_xact_sys_tables pg_catalog.pg_stat_xact_user_functions
  pg_catalog.pg_stat_xact_user_tables pg_catalog.pg_statio_all_indexes pg_catalog.pg_statio_all_sequences
  pg_catalog.pg_statio_all_tables pg_catalog.pg_statio_sys_indexes pg_catalog.pg_statio_sys_sequences
  pg_catalog.pg_statio_sys_tables pg_catalog.pg_statio_user_indexes pg_catalog.pg_statio_user_sequences
  pg_catalog.pg_statistic pg_catalog.pg_stats_ext_exprs pg_catalog.pg_timezone_abbrevs pg_catalog.pg_ts_config
  pg_catalog.pg_ts_config_map pg_catalog.pg_ts_dict pg_catalog.pg_ts_parser pg_catalog.pg_ts_template
  """.split(whereSeparator: \.isWhitespace).map(String.init))
