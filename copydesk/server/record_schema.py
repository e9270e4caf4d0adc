"""Describe RawArticle to OpenAPI where Litestar fails: it hashes defaults, and that of hints holds a dict."""

from typing import TYPE_CHECKING, Any

import msgspec
from litestar.plugins import OpenAPISchemaPlugin
from litestar.typing import FieldDefinition

from copydesk.events import RawArticle

if TYPE_CHECKING:
    from litestar._openapi.schema_generation import SchemaCreator
    from litestar.openapi.spec import Schema


class RawArticleSchema(OpenAPISchemaPlugin):
    """Make the schema of RawArticle from its fields, leaving the defaults out."""

    @staticmethod
    def is_plugin_supported_type(value: Any) -> bool:
        """Whether this is the record."""
        return value is RawArticle

    def to_openapi_schema(self, field_definition: FieldDefinition, schema_creator: "SchemaCreator") -> "Schema":
        """Return the schema, one property a field."""
        hints = field_definition.get_type_hints(include_extras=True)
        fields = msgspec.structs.fields(RawArticle)
        return schema_creator.create_component_schema(
            field_definition,
            required=sorted(each.encode_name for each in fields if each.required),
            property_fields={
                each.encode_name: FieldDefinition.from_annotation(hints[each.name], name=each.encode_name)
                for each in fields
            },
        )
