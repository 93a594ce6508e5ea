//! Structs of parameters: groups, arrays of groups, indices.

use super::*;
use crate::fixture::Nested;

#[test]
fn groups_and_arrays_have_one_id_rule() {
    let infos = Nested::describe();
    let ids: Vec<_> = infos.iter().map(|info| &*info.id).collect();
    assert_eq!(
        ids,
        [
            "first",
            "bank_mix",
            "bank_v_1_tune",
            "bank_v_1_on",
            "bank_v_2_tune",
            "bank_v_2_on",
            "bank_v_3_tune",
            "bank_v_3_on",
            "last"
        ]
    );
    assert_eq!(Nested::COUNT, ids.len());
    let groups: Vec<_> = infos[4].groups.iter().map(|g| (g.id.as_str(), g.name.as_str())).collect();
    assert_eq!(groups, [("bank", "Bank"), ("bank_v_2", "Voice 2")]);
    assert!(infos[0].groups.is_empty() && infos[8].groups.is_empty());
}

#[test]
fn every_index_reaches_its_own_parameter_and_no_other() {
    let infos = Nested::describe();
    for index in 0..Nested::COUNT {
        let mut params = Nested::create(&infos);
        params.prepare(48_000.0);
        let read = |params: &Nested| {
            let voice = |n: usize| {
                let voice = &params.bank.voices[n];
                [voice.tune.value(), f32::from(u8::from(voice.on.value()))]
            };
            let [a, b] = [params.first.value(), params.bank.mix.value()];
            let last = params.last.value() as f32;
            [a, b, voice(0)[0], voice(0)[1], voice(1)[0], voice(1)[1], voice(2)[0], voice(2)[1], last]
        };
        let mut expected = read(&params);
        params.set(index, 1.0);
        assert_ne!(expected[index], 1.0);
        expected[index] = 1.0;
        assert_eq!(read(&params), expected, "{}", infos[index].id);
        params.set(Nested::COUNT, 1.0);
        assert_eq!(read(&params), expected, "beyond the last");
    }
}

/// Names that the macro's own code has.
#[derive(Params)]
struct Awkward {
    #[param]
    infos: Float,
    #[param]
    n: Float,
    #[param]
    r#type: Float,
}

#[test]
fn fields_may_have_any_name() {
    let infos = Awkward::describe();
    let mut params = Awkward::create(&infos);
    params.set(2, 1.0);
    let Awkward { infos: first, n, r#type } = params;
    assert_eq!([first.value(), n.value(), r#type.value()], [0.0, 0.0, 1.0]);
    assert_eq!(infos[2].id, "type");
}
