/* The libraries of drawing, taken in when the first paper or table is made: linked, they and what
 * they need (X11, too) cost every daemon 1.3 MB and 5 ms of its start.  Their functions keep their
 * names. The pointers are set once by libs_open; nothing here is owned.  Any thread. */
#ifndef SERVER_PRINT_LIBS_H
#define SERVER_PRINT_LIBS_H

#include <stdbool.h>

#include <cairo-pdf.h>
#include <fontconfig/fontconfig.h>
#include <hb-subset.h>
#include <pango/pangocairo.h>
#include <xlsxwriter.h>
#include <zint.h>

/* False, and a line in the log: one is not installed.  Before any other call of this room. */
bool libs_open(void);

#define LIBRARY(file)
#define F(function) extern __typeof__(function) *libs_##function;
#include "server/print/libs.def"
#undef F
#undef LIBRARY

#define cairo_create                             libs_cairo_create
#define cairo_destroy                            libs_cairo_destroy
#define cairo_fill                               libs_cairo_fill
#define cairo_font_options_create                libs_cairo_font_options_create
#define cairo_font_options_destroy               libs_cairo_font_options_destroy
#define cairo_font_options_set_hint_metrics      libs_cairo_font_options_set_hint_metrics
#define cairo_font_options_set_hint_style        libs_cairo_font_options_set_hint_style
#define cairo_line_to                            libs_cairo_line_to
#define cairo_move_to                            libs_cairo_move_to
#define cairo_pdf_surface_create_for_stream      libs_cairo_pdf_surface_create_for_stream
#define cairo_pdf_surface_set_metadata           libs_cairo_pdf_surface_set_metadata
#define cairo_pdf_surface_set_size               libs_cairo_pdf_surface_set_size
#define cairo_rectangle                          libs_cairo_rectangle
#define cairo_rel_line_to                        libs_cairo_rel_line_to
#define cairo_restore                            libs_cairo_restore
#define cairo_save                               libs_cairo_save
#define cairo_set_dash                           libs_cairo_set_dash
#define cairo_set_line_width                     libs_cairo_set_line_width
#define cairo_show_page                          libs_cairo_show_page
#define cairo_status_to_string                   libs_cairo_status_to_string
#define cairo_stroke                             libs_cairo_stroke
#define cairo_surface_destroy                    libs_cairo_surface_destroy
#define cairo_surface_finish                     libs_cairo_surface_finish
#define cairo_surface_status                     libs_cairo_surface_status
#define pango_attr_list_insert                   libs_pango_attr_list_insert
#define pango_attr_list_new                      libs_pango_attr_list_new
#define pango_attr_list_unref                    libs_pango_attr_list_unref
#define pango_attr_style_new                     libs_pango_attr_style_new
#define pango_attr_weight_new                    libs_pango_attr_weight_new
#define pango_context_set_base_dir               libs_pango_context_set_base_dir
#define pango_context_set_language               libs_pango_context_set_language
#define pango_context_set_round_glyph_positions  libs_pango_context_set_round_glyph_positions
#define pango_font_description_free              libs_pango_font_description_free
#define pango_font_description_from_string       libs_pango_font_description_from_string
#define pango_font_description_set_absolute_size libs_pango_font_description_set_absolute_size
#define pango_font_map_create_context            libs_pango_font_map_create_context
#define pango_language_from_string               libs_pango_language_from_string
#define pango_layout_get_extents                 libs_pango_layout_get_extents
#define pango_layout_get_iter                    libs_pango_layout_get_iter
#define pango_layout_get_line_count              libs_pango_layout_get_line_count
#define pango_layout_iter_free                   libs_pango_layout_iter_free
#define pango_layout_iter_get_baseline           libs_pango_layout_iter_get_baseline
#define pango_layout_iter_get_line_extents       libs_pango_layout_iter_get_line_extents
#define pango_layout_iter_get_line_readonly      libs_pango_layout_iter_get_line_readonly
#define pango_layout_iter_next_line              libs_pango_layout_iter_next_line
#define pango_layout_new                         libs_pango_layout_new
#define pango_layout_set_alignment               libs_pango_layout_set_alignment
#define pango_layout_set_attributes              libs_pango_layout_set_attributes
#define pango_layout_set_auto_dir                libs_pango_layout_set_auto_dir
#define pango_layout_set_font_description        libs_pango_layout_set_font_description
#define pango_layout_set_indent                  libs_pango_layout_set_indent
#define pango_layout_set_text                    libs_pango_layout_set_text
#define pango_layout_set_width                   libs_pango_layout_set_width
#define pango_layout_set_wrap                    libs_pango_layout_set_wrap
#define pango_cairo_context_set_font_options     libs_pango_cairo_context_set_font_options
#define pango_cairo_context_set_resolution       libs_pango_cairo_context_set_resolution
#define pango_cairo_font_map_get_default         libs_pango_cairo_font_map_get_default
#define pango_cairo_font_map_set_default         libs_pango_cairo_font_map_set_default
#define pango_cairo_show_layout                  libs_pango_cairo_show_layout
#define pango_cairo_show_layout_line             libs_pango_cairo_show_layout_line
#define g_object_unref                           libs_g_object_unref
#define FcConfigAppFontAddFile                   libs_FcConfigAppFontAddFile
#define FcConfigBuildFonts                       libs_FcConfigBuildFonts
#define FcConfigCreate                           libs_FcConfigCreate
#define FcConfigDestroy                          libs_FcConfigDestroy
#define FcConfigParseAndLoadFromMemory           libs_FcConfigParseAndLoadFromMemory
#define FcConfigSetCurrent                       libs_FcConfigSetCurrent
#define FcFini                                   libs_FcFini
#define hb_blob_create_from_file_or_fail         libs_hb_blob_create_from_file_or_fail
#define hb_blob_destroy                          libs_hb_blob_destroy
#define hb_blob_get_data                         libs_hb_blob_get_data
#define hb_face_create                           libs_hb_face_create
#define hb_face_destroy                          libs_hb_face_destroy
#define hb_face_reference_blob                   libs_hb_face_reference_blob
#define hb_set_invert                            libs_hb_set_invert
#define hb_subset_input_create_or_fail           libs_hb_subset_input_create_or_fail
#define hb_subset_input_destroy                  libs_hb_subset_input_destroy
#define hb_subset_input_set_flags                libs_hb_subset_input_set_flags
#define hb_subset_input_unicode_set              libs_hb_subset_input_unicode_set
#define hb_subset_or_fail                        libs_hb_subset_or_fail
#define ZBarcode_Create                          libs_ZBarcode_Create
#define ZBarcode_Delete                          libs_ZBarcode_Delete
#define ZBarcode_Encode                          libs_ZBarcode_Encode
#define format_set_bold                          libs_format_set_bold
#define format_set_num_format                    libs_format_set_num_format
#define format_set_text_wrap                     libs_format_set_text_wrap
#define workbook_add_format                      libs_workbook_add_format
#define workbook_add_worksheet                   libs_workbook_add_worksheet
#define workbook_close                           libs_workbook_close
#define workbook_new_opt                         libs_workbook_new_opt
#define worksheet_freeze_panes                   libs_worksheet_freeze_panes
#define worksheet_set_column                     libs_worksheet_set_column
#define worksheet_write_number                   libs_worksheet_write_number
#define worksheet_write_string                   libs_worksheet_write_string

#endif
