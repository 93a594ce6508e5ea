//! Derive macros of Dyad. Use them through `dyad::prelude`.

use proc_macro::TokenStream;
use proc_macro2::{Span, TokenStream as Tokens};
use quote::{quote, quote_spanned};
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::{Data, DeriveInput, Error, Expr, Field, Fields, Ident, Lit, Meta, Result, Token, Variant};

/// Implements `Params` for a struct whose fields are `Float`, `Int`, `Bool`, `Choice<…>` or meters.
///
/// Each field may carry one `#[param(…)]` (or `#[meter(…)]`, the same for meters) with keys that
/// are methods of `ParamInfo`: `name = "Gain"`, `range = Range::linear(-60.0, 24.0)`,
/// `default = 0.0`, `unit = Unit::Decibels`, `smooth = Smooth::Gain(20.0)`, `silent_at_min`,
/// `id = "gain"` (the field's name otherwise). A `///` comment stays documentation.
#[proc_macro_derive(Params, attributes(param, meter))]
pub fn derive_params(input: TokenStream) -> TokenStream {
    expand(input, params)
}

/// Implements `Variants` for an enum without payloads, for use in `Choice<…>`.
///
/// A variant's id is its name in snake case and its label its name; `#[choice(id = "…",
/// name = "…")]` replaces either.
#[proc_macro_derive(Choice, attributes(choice))]
pub fn derive_choice(input: TokenStream) -> TokenStream {
    expand(input, choice)
}

fn expand(input: TokenStream, make: fn(&DeriveInput) -> Result<Tokens>) -> TokenStream {
    let tokens = syn::parse(input).and_then(|input| make(&input));
    tokens.unwrap_or_else(|error| error.to_compile_error()).into()
}

fn params(input: &DeriveInput) -> Result<Tokens> {
    let fields = match &input.data {
        Data::Struct(data) => match &data.fields {
            Fields::Named(fields) => &fields.named,
            other => return Err(Error::new(other.span(), "Params needs a struct with named fields")),
        },
        _ => return Err(Error::new(input.span(), "Params needs a struct with named fields")),
    };
    let name = &input.ident;
    let (impl_generics, type_generics, where_clause) = input.generics.split_for_impl();
    let param = quote!(::dyad::param);
    let field_trait = quote!(#param::Field);
    let idents: Vec<_> = fields.iter().map(|field| &field.ident).collect();
    let types: Vec<_> = fields.iter().map(|field| &field.ty).collect();
    let indices: Vec<_> = (0..fields.len()).collect();
    let infos = fields.iter().map(info).collect::<Result<Vec<_>>>()?;
    Ok(quote! {
        impl #impl_generics #param::Params for #name #type_generics #where_clause {
            fn describe() -> ::std::vec::Vec<#param::ParamInfo> {
                ::std::vec![#(#infos),*]
            }
            fn create(infos: &[#param::ParamInfo]) -> Self {
                Self { #(#idents: <#types as #field_trait>::create(&infos[#indices])),* }
            }
            fn prepare(&mut self, sample_rate: f64) {
                #(<#types as #field_trait>::prepare(&mut self.#idents, sample_rate);)*
            }
            fn set(&mut self, index: usize, plain: f32) {
                match index {
                    #(#indices => <#types as #field_trait>::set(&mut self.#idents, plain),)*
                    _ => {}
                }
            }
            fn snap(&mut self) {
                #(<#types as #field_trait>::snap(&mut self.#idents);)*
            }
            fn finish(&mut self, index: usize, frames: usize) -> f32 {
                match index {
                    #(#indices => <#types as #field_trait>::finish(&mut self.#idents, frames),)*
                    _ => 0.0,
                }
            }
        }
    })
}

/// `<Type as Field>::describe("id").name("…").range(…)`.
fn info(field: &Field) -> Result<Tokens> {
    let ty = &field.ty;
    let id = field.ident.as_ref().map(ToString::to_string).unwrap_or_default();
    let id = id.trim_start_matches("r#");
    let mut tokens = quote!(<#ty as ::dyad::param::Field>::describe(#id));
    for attribute in &field.attrs {
        if !attribute.path().is_ident("param") && !attribute.path().is_ident("meter") {
            continue;
        }
        if matches!(attribute.meta, Meta::Path(_)) {
            continue;
        }
        for key in attribute.parse_args_with(Punctuated::<Meta, Token![,]>::parse_terminated)? {
            let method = key.path().require_ident()?;
            let span = key.span();
            tokens = match &key {
                Meta::Path(_) => quote_spanned!(span=> #tokens.#method()),
                Meta::NameValue(pair) => {
                    let value = &pair.value;
                    quote_spanned!(span=> #tokens.#method(#value))
                }
                Meta::List(list) => {
                    return Err(Error::new(list.span(), "expected `key` or `key = value`"));
                }
            };
        }
    }
    Ok(tokens)
}

fn choice(input: &DeriveInput) -> Result<Tokens> {
    let Data::Enum(data) = &input.data else {
        return Err(Error::new(input.span(), "Choice needs an enum"));
    };
    if data.variants.len() < 2 {
        return Err(Error::new(input.span(), "a choice needs two variants or more"));
    }
    let name = &input.ident;
    let mut list = Vec::new();
    for variant in &data.variants {
        if !matches!(variant.fields, Fields::Unit) {
            return Err(Error::new(variant.span(), "a variant of a choice carries no values"));
        }
        let (id, label) = variant_names(variant)?;
        list.push(quote!(::dyad::param::Variant { id: #id, name: #label }));
    }
    let idents: Vec<&Ident> = data.variants.iter().map(|variant| &variant.ident).collect();
    let indices: Vec<_> = (0..idents.len()).collect();
    let last = idents.last();
    Ok(quote! {
        impl ::dyad::param::Variants for #name {
            const LIST: &'static [::dyad::param::Variant] = &[#(#list),*];
            fn from_index(index: usize) -> Self {
                match index {
                    #(#indices => Self::#idents,)*
                    _ => Self::#last,
                }
            }
            fn index(self) -> usize {
                match self {
                    #(Self::#idents => #indices,)*
                }
            }
        }
    })
}

fn variant_names(variant: &Variant) -> Result<(String, String)> {
    let mut label = variant.ident.to_string();
    let mut id = snake_case(&label);
    for attribute in variant.attrs.iter().filter(|a| a.path().is_ident("choice")) {
        for key in attribute.parse_args_with(Punctuated::<Meta, Token![,]>::parse_terminated)? {
            let pair = key.require_name_value()?;
            let Expr::Lit(literal) = &pair.value else {
                return Err(Error::new(pair.value.span(), "expected a string"));
            };
            let Lit::Str(text) = &literal.lit else {
                return Err(Error::new(pair.value.span(), "expected a string"));
            };
            match pair.path.require_ident()?.to_string().as_str() {
                "id" => id = text.value(),
                "name" => label = text.value(),
                _ => return Err(Error::new(pair.path.span(), "expected `id` or `name`")),
            }
        }
    }
    if id.is_empty() {
        return Err(Error::new(Span::call_site(), "a variant's id may not be empty"));
    }
    Ok((id, label))
}

fn snake_case(name: &str) -> String {
    let mut out = String::new();
    for (i, c) in name.chars().enumerate() {
        if c.is_uppercase() && i > 0 {
            out.push('_');
        }
        out.extend(c.to_lowercase());
    }
    out
}
