//! Macros of Dyad. Use them through `dyad::prelude`.

mod presets;

use proc_macro::TokenStream;
use proc_macro2::{Span, TokenStream as Tokens};
use quote::{quote, quote_spanned};
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::{
    Attribute, Data, DeriveInput, Error, Expr, ExprLit, Field, Fields, Ident, Lit, Meta, Result, Token,
    Type, Variant,
};

/// Implements `Params` for a struct whose fields are `Float`, `Int`, `Bool`, `Choice<…>` or meters.
///
/// Each field may carry one `#[param(…)]` (or `#[meter(…)]`, the same for meters) with keys that
/// are methods of `ParamInfo`: `name = "Gain"`, `range = Range::linear(-60.0, 24.0)`,
/// `default = 0.0`, `unit = Unit::Decibels`, `smooth = Smooth::Gain(20.0)`, `silent_at_min`,
/// `id = "gain"` (the field's name otherwise). A `///` comment stays documentation.
///
/// A field marked `#[group]`, or `#[group(id = "…", name = "…")]`, is a struct of parameters itself
/// or an array of such structs; its parameters' ids get the group's id as a prefix.
#[proc_macro_derive(Params, attributes(param, meter, group))]
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

/// The presets of a folder, as a `&'static [Preset]`: `presets!("presets")`.
///
/// The folder lies beside the crate's Cargo.toml. Each TOML file in it, or in a folder of it, is one
/// preset; `docs/presets.md` has its keys. A file that can't be read is an error of the build. The
/// list is in the order of category and name.
#[proc_macro]
pub fn presets(input: TokenStream) -> TokenStream {
    let tokens = syn::parse(input).and_then(|folder| presets::presets(&folder));
    tokens.unwrap_or_else(|error| error.to_compile_error()).into()
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
    if !input.generics.params.is_empty() {
        return Err(Error::new(input.generics.span(), "Params needs a struct without type parameters"));
    }
    let name = &input.ident;
    let members = fields.iter().map(Member::new).collect::<Result<Vec<_>>>()?;
    let counts: Vec<_> = members.iter().map(Member::count).collect();
    let describe = members.iter().map(Member::describe).collect::<Result<Vec<_>>>()?;
    let idents: Vec<_> = members.iter().map(|member| &member.ident).collect();
    let create: Vec<_> = members.iter().map(Member::create).collect();
    let prepare: Vec<_> = members.iter().map(|m| m.each(&quote!(prepare), &quote!(sample_rate))).collect();
    let snap: Vec<_> = members.iter().map(|m| m.each(&quote!(snap), &quote!())).collect();
    let set: Vec<_> = members.iter().map(|m| m.one(&quote!(set), &quote!(plain))).collect();
    let finish: Vec<_> = members.iter().map(|m| m.one(&quote!(finish), &quote!(frames))).collect();
    // START_n is the index of a field's first parameter; a match over them is a jump, not a search.
    let starts: Vec<_> = (0..=members.len()).map(|n| quote::format_ident!("START_{n}")).collect();
    let (start, end) = (&starts[..members.len()], &starts[1..]);
    let offsets = quote! {
        const START_0: usize = 0;
        #(const #end: usize = #start + #counts;)*
    };
    let total = &starts[members.len()];
    Ok(quote! {
        impl ::dyad::param::Params for #name {
            const COUNT: usize = { #offsets #total };

            fn describe() -> ::std::vec::Vec<::dyad::param::ParamInfo> {
                let mut infos = ::std::vec::Vec::with_capacity(<Self as ::dyad::param::Params>::COUNT);
                #(#describe)*
                infos
            }
            fn create(infos: &[::dyad::param::ParamInfo]) -> Self {
                #offsets
                Self { #(#idents: { let infos = &infos[#start..#end]; #create }),* }
            }
            fn prepare(&mut self, sample_rate: f64) {
                #(#prepare)*
            }
            fn snap(&mut self) {
                #(#snap)*
            }
            fn set(&mut self, index: usize, plain: f32) {
                #offsets
                match index {
                    #(#start..#end => { let index = index - #start; #set })*
                    _ => {}
                }
            }
            fn finish(&mut self, index: usize, frames: usize) -> f32 {
                #offsets
                match index {
                    #(#start..#end => { let index = index - #start; #finish })*
                    _ => 0.0,
                }
            }
        }
    })
}

/// What a field is.
enum Shape {
    /// A parameter or meter.
    Leaf,
    /// A struct of parameters.
    Group,
    /// An array of such structs: element type and length.
    Array(Box<Type>, Box<Expr>),
}

struct Member<'a> {
    field: &'a Field,
    ident: Ident,
    shape: Shape,
}

impl<'a> Member<'a> {
    fn new(field: &'a Field) -> Result<Self> {
        let Some(ident) = field.ident.clone() else {
            return Err(Error::new(field.span(), "Params needs named fields"));
        };
        let group = field.attrs.iter().any(|attribute| attribute.path().is_ident("group"));
        let shape = match &field.ty {
            _ if !group => Shape::Leaf,
            Type::Array(array) => Shape::Array(array.elem.clone(), Box::new(array.len.clone())),
            _ => Shape::Group,
        };
        Ok(Self { field, ident, shape })
    }

    /// How many parameters it holds.
    fn count(&self) -> Tokens {
        let ty = &self.field.ty;
        match &self.shape {
            Shape::Leaf => quote!(1),
            Shape::Group => quote!(<#ty as ::dyad::param::Params>::COUNT),
            Shape::Array(element, len) => quote!((#len) * <#element as ::dyad::param::Params>::COUNT),
        }
    }

    /// Pushes its descriptions to `infos`.
    fn describe(&self) -> Result<Tokens> {
        let (id, name) = match self.shape {
            Shape::Leaf => {
                let info = info(self.field)?;
                return Ok(quote!(infos.push(#info);));
            }
            _ => group_names(self.field)?,
        };
        let ty = &self.field.ty;
        Ok(match &self.shape {
            Shape::Array(element, len) => quote! {
                for n in 1..=(#len) {
                    let (id, name) = (::std::format!("{}_{n}", #id), ::std::format!("{} {n}", #name));
                    let inner = <#element as ::dyad::param::Params>::describe();
                    infos.extend(inner.into_iter().map(|info| info.in_group(&id, &name)));
                }
            },
            _ => quote! {
                let inner = <#ty as ::dyad::param::Params>::describe();
                infos.extend(inner.into_iter().map(|info| info.in_group(#id, #name)));
            },
        })
    }

    /// Makes it from its part of `infos`.
    fn create(&self) -> Tokens {
        let ty = &self.field.ty;
        match &self.shape {
            Shape::Leaf => quote!(<#ty as ::dyad::param::Field>::create(&infos[0])),
            Shape::Group => quote!(<#ty as ::dyad::param::Params>::create(infos)),
            Shape::Array(element, _) => quote! {
                ::std::array::from_fn(|n| {
                    let count = <#element as ::dyad::param::Params>::COUNT;
                    <#element as ::dyad::param::Params>::create(&infos[n * count..][..count])
                })
            },
        }
    }

    /// Calls a method on all that it holds.
    fn each(&self, method: &Tokens, arguments: &Tokens) -> Tokens {
        let (ident, ty) = (&self.ident, &self.field.ty);
        match &self.shape {
            Shape::Leaf => quote!(<#ty as ::dyad::param::Field>::#method(&mut self.#ident, #arguments);),
            Shape::Group => quote!(<#ty as ::dyad::param::Params>::#method(&mut self.#ident, #arguments);),
            Shape::Array(element, _) => quote! {
                for element in &mut self.#ident {
                    <#element as ::dyad::param::Params>::#method(element, #arguments);
                }
            },
        }
    }

    /// Calls a method on the parameter at `index`, counted from its own first one.
    fn one(&self, method: &Tokens, argument: &Tokens) -> Tokens {
        let (ident, ty) = (&self.ident, &self.field.ty);
        match &self.shape {
            Shape::Leaf => quote! {{
                let _ = index;
                <#ty as ::dyad::param::Field>::#method(&mut self.#ident, #argument)
            }},
            Shape::Group => {
                quote!(<#ty as ::dyad::param::Params>::#method(&mut self.#ident, index, #argument))
            }
            Shape::Array(element, _) => quote! {{
                let count = <#element as ::dyad::param::Params>::COUNT;
                let element = &mut self.#ident[index / count];
                <#element as ::dyad::param::Params>::#method(element, index % count, #argument)
            }},
        }
    }
}

/// The id and name of a group: the field's name, or what `#[group(id = "…", name = "…")]` says.
fn group_names(field: &Field) -> Result<(String, String)> {
    let id = field.ident.as_ref().map(ToString::to_string).unwrap_or_default();
    let id = id.trim_start_matches("r#").to_owned();
    let mut names = (id.clone(), id);
    for attribute in field.attrs.iter().filter(|attribute| attribute.path().is_ident("group")) {
        names = read_names(attribute, names)?;
    }
    Ok(names)
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
        (id, label) = read_names(attribute, (id, label))?;
    }
    if id.is_empty() {
        return Err(Error::new(Span::call_site(), "a variant's id may not be empty"));
    }
    Ok((id, label))
}

/// `id = "…"` and `name = "…"` of an attribute, in place of the ones given.
fn read_names(attribute: &Attribute, mut names: (String, String)) -> Result<(String, String)> {
    if matches!(attribute.meta, Meta::Path(_)) {
        return Ok(names);
    }
    for key in attribute.parse_args_with(Punctuated::<Meta, Token![,]>::parse_terminated)? {
        let pair = key.require_name_value()?;
        let Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) = &pair.value else {
            return Err(Error::new(pair.value.span(), "expected a string"));
        };
        match pair.path.require_ident()?.to_string().as_str() {
            "id" => names.0 = text.value(),
            "name" => names.1 = text.value(),
            _ => return Err(Error::new(pair.path.span(), "expected `id` or `name`")),
        }
    }
    Ok(names)
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
