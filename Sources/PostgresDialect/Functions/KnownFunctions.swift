/// The names of PostgreSQL's functions: calling one that the dialect lacks is a refusal, not a misspelt name.
enum KnownFunctions {
  /// Whether a call without a fitting overload may be one that PostgreSQL has.
  static func isUnsupported(_ name: String, _ arguments: [SQLType], isUnknownName: Bool) -> Bool {
    if isUnknownName { return names.contains(name) }
    if name == "string_agg" { return arguments.count == 2 && arguments.contains { $0.base == .bytea } }
    return incomplete.contains(name)
  }

  /// Functions of which the dialect has some overloads only.
  private static let incomplete: Set<String> = [
    "date_part", "extract", "generate_series", "substring", "timezone", "to_timestamp",
  ]

  private static let names = Set(list.split(whereSeparator: \.isWhitespace).map(String.init))

  /// From PostgreSQL 15's `pg_proc`, without what operators, casts and types are made of.
  private static let list = """
    abs aclexplode acos acosd acosh age amvalidate array_agg array_dims array_fill array_lower array_ndims
    array_position array_positions array_remove array_replace array_to_json array_to_string array_to_tsvector
    array_upper ascii asin asind asinh atan atan2 atan2d atand atanh avg bool_and bool_or cardinality cbrt ceil
    ceiling char_length character_length chr clock_timestamp col_description concat concat_ws convert convert_from
    convert_to corr cos cosd cosh cot cotd count covar_pop covar_samp cume_dist current_database current_query
    current_schema current_schemas current_setting current_user currval date_bin date_part date_trunc datemultirange
    daterange decode degrees dense_rank dexp div dlog1 dlog10 dround dtrunc encode enum_first enum_last enum_range
    every exp extract factorial first_value floor fmgr_c_validator fmgr_internal_validator fmgr_sql_validator format
    format_type gcd gen_random_uuid generate_series generate_subscripts get_bit get_byte getdatabaseencoding
    getpgusername grouping has_any_column_privilege has_column_privilege
    has_database_privilege
    has_foreign_data_wrapper_privilege has_function_privilege has_language_privilege has_parameter_privilege
    has_schema_privilege has_sequence_privilege has_server_privilege has_table_privilege has_tablespace_privilege
    has_type_privilege initcap is_normalized isfinite json_agg json_array_elements json_array_elements_text
    json_array_length json_build_array json_build_object json_each json_each_text json_object json_object_agg
    json_object_keys json_populate_record json_populate_recordset json_strip_nulls json_to_record json_to_recordset
    json_to_tsvector json_typeof jsonb_agg jsonb_array_elements jsonb_array_elements_text jsonb_array_length
    jsonb_build_array jsonb_build_object jsonb_each jsonb_each_text jsonb_insert jsonb_object jsonb_object_agg
    jsonb_object_keys jsonb_path_exists jsonb_path_exists_tz jsonb_path_match jsonb_path_match_tz jsonb_path_query
    jsonb_path_query_array jsonb_path_query_array_tz jsonb_path_query_first jsonb_path_query_first_tz
    jsonb_path_query_tz jsonb_populate_record jsonb_populate_recordset jsonb_pretty jsonb_set jsonb_set_lax
    jsonb_strip_nulls jsonb_to_record jsonb_to_recordset jsonb_to_tsvector jsonb_typeof justify_days justify_hours
    justify_interval lag last_value lastval lcm lead left length like like_escape ln log log10 lower lpad ltrim
    make_date make_interval make_time make_timestamp make_timestamptz makeaclitem max md5 min min_scale mod mode
    nextval normalize notlike now nth_value ntile num_nonnulls num_nulls nummultirange numrange obj_description
    octet_length overlaps overlay parse_ident percent_rank percentile_cont percentile_disc pg_advisory_lock
    pg_advisory_lock_shared pg_advisory_unlock pg_advisory_unlock_all pg_advisory_unlock_shared
    pg_advisory_xact_lock pg_advisory_xact_lock_shared pg_backend_pid pg_cancel_backend pg_char_to_encoding
    pg_client_encoding pg_collation_actual_version pg_collation_for pg_collation_is_visible pg_column_compression
    pg_column_is_updatable pg_column_size pg_conf_load_time pg_database_collation_actual_version pg_database_size
    pg_encoding_max_length pg_encoding_to_char pg_get_backend_memory_contexts pg_get_catalog_foreign_keys
    pg_get_constraintdef pg_get_expr pg_get_function_arg_default pg_get_function_arguments
    pg_get_function_identity_arguments pg_get_function_result pg_get_function_sqlbody pg_get_functiondef
    pg_get_indexdef pg_get_keywords pg_get_object_address pg_get_partition_constraintdef pg_get_partkeydef
    pg_get_publication_tables pg_get_replica_identity_index pg_get_replication_slots pg_get_ruledef
    pg_get_serial_sequence pg_get_shmem_allocations pg_get_statisticsobjdef pg_get_statisticsobjdef_columns
    pg_get_statisticsobjdef_expressions pg_get_triggerdef pg_get_userbyid pg_get_viewdef
    pg_get_wal_replay_pause_state pg_get_wal_resource_managers pg_has_role pg_index_column_has_property
    pg_index_has_property pg_indexam_has_property pg_indexam_progress_phasename pg_indexes_size
    pg_postmaster_start_time pg_relation_filenode pg_relation_filepath pg_relation_is_publishable
    pg_relation_is_updatable pg_relation_size pg_reload_conf pg_size_bytes pg_size_pretty pg_sleep pg_sleep_for
    pg_sleep_until pg_table_is_visible pg_table_size pg_tablespace_databases pg_tablespace_location
    pg_tablespace_size pg_terminate_backend pg_total_relation_size pg_try_advisory_lock pg_try_advisory_lock_shared
    pg_try_advisory_xact_lock pg_try_advisory_xact_lock_shared pg_typeof phraseto_tsquery pi plainto_tsquery
    plpgsql_validator position postgresql_fdw_validator pow power quote_ident quote_literal quote_nullable radians
    random rank regexp_count regexp_instr regexp_like regexp_match regexp_matches regexp_replace
    regexp_split_to_array regexp_split_to_table regexp_substr regr_avgx regr_avgy regr_count regr_intercept regr_r2
    regr_slope regr_sxx regr_sxy regr_syy repeat replace reverse right round row_number row_security_active
    row_to_json rpad rtrim satisfies_hash_partition scale session_user set_bit set_byte setseed setval sha224 sha256
    sha384 sha512 shobj_description sign similar_escape similar_to_escape sin sind sinh split_part sqrt
    statement_timestamp stddev stddev_pop stddev_samp string_agg string_to_array string_to_table strpos substr
    substring sum tan tand tanh textlen timeofday timestamp timestamptz timezone to_ascii to_char to_date to_hex
    to_json to_jsonb to_number to_regclass to_regcollation to_regnamespace to_regoper to_regoperator to_regproc
    to_regprocedure to_regrole to_regtype to_timestamp to_tsquery to_tsvector transaction_timestamp translate
    trim_array trim_scale trunc txid_current txid_current_if_assigned txid_current_snapshot txid_snapshot_xip
    txid_snapshot_xmax txid_snapshot_xmin txid_status txid_visible_in_snapshot unistr unnest upper var_pop var_samp
    variance version websearch_to_tsquery width_bucket
    abbrev area broadcast family host hostmask inet_client_addr inet_client_port inet_merge inet_same_family
    inet_server_addr int4multirange int4range int8multirange int8range isempty lower_inc lower_inf masklen netmask
    network numnode point querytree range_agg range_intersect_agg range_merge set_masklen setweight
    strip table_to_xml query_to_xml to_tsvector ts_delete ts_filter ts_headline ts_lexize ts_rank ts_rank_cd
    ts_rewrite ts_stat tsmultirange tsrange tstzmultirange tstzrange tsvector_to_array upper_inc upper_inf xmlagg
    xmlcomment xmlconcat2 xml_is_well_formed xpath xpath_exists
    """
}
