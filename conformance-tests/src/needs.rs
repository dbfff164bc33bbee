use limbeck_core::driver::Capabilities;

/// Whether the capability called `name` is claimed; `None` if there is none of that name.
pub(crate) fn claimed(capabilities: &Capabilities, name: &str) -> Option<bool> {
    // Taken apart, so that a capability that is added cannot be forgotten here.
    let Capabilities {
        transactional_ddl,
        namespaces,
        enum_types,
        sequences,
        comments,
        column_position,
        unnamed_constraints,
        primary_key_names,
        exclusion_constraints,
        check_constraints,
        partial_indexes,
        expression_indexes,
        generated_columns,
        deferrable_constraints,
        arrays,
        views,
        triggers,
        routines,
        index_names_per_table,
        identifier_bytes: _,
        case_folding: _,
    } = capabilities;
    Some(*match name {
        "transactional_ddl" => transactional_ddl,
        "namespaces" => namespaces,
        "enum_types" => enum_types,
        "sequences" => sequences,
        "comments" => comments,
        "column_position" => column_position,
        "unnamed_constraints" => unnamed_constraints,
        "primary_key_names" => primary_key_names,
        "exclusion_constraints" => exclusion_constraints,
        "check_constraints" => check_constraints,
        "partial_indexes" => partial_indexes,
        "expression_indexes" => expression_indexes,
        "generated_columns" => generated_columns,
        "deferrable_constraints" => deferrable_constraints,
        "arrays" => arrays,
        "views" => views,
        "triggers" => triggers,
        "routines" => routines,
        "index_names_per_table" => index_names_per_table,
        _ => return None,
    })
}
