//! What comes out is the convolution, at once, in every format of a file.

use super::*;

/// Compares an output with sums of convolutions at some of its frames.
fn assert_convolved(output: &[f32], paths: &[(&[f32], &[f32])], every: usize, what: &str) {
    for frame in (0..output.len()).step_by(every).chain([output.len() - 1]) {
        let want: f64 = paths.iter().map(|(input, response)| convolved(input, response, frame)).sum();
        let is = f64::from(output[frame]);
        assert!((is - want).abs() < 1e-5, "{what}, frame {frame}: {is} and {want}");
    }
}

#[test]
fn responses_of_every_length_and_kind_are_convolved_with_at_every_block_size() {
    let input = vec![noise(1, 30_000), noise(2, 30_000)];
    for (taps, block) in [(1, "512"), (63, "64"), (64, "1024"), (65, "333"), (5000, "16"), (20_000, "4096")]
    {
        let responses: Sound = (0..4).map(|n| decaying(n + 3, taps)).collect();
        let arguments = ["--block", block, "--tail", "0"];
        let [a, b, c, d] = [0, 1, 2, 3].map(|n: usize| &responses[n][..]);
        let (left, right) = (&input[0][..], &input[1][..]);

        let out = render_through(&vec![a.to_vec()], &input, &arguments);
        assert_convolved(&out[0], &[(left, a)], 379, &format!("mono, {taps} taps, left"));
        assert_convolved(&out[1], &[(right, a)], 379, &format!("mono, {taps} taps, right"));

        let out = render_through(&vec![a.to_vec(), b.to_vec()], &input, &arguments);
        assert_convolved(&out[0], &[(left, a)], 379, &format!("stereo, {taps} taps, left"));
        assert_convolved(&out[1], &[(right, b)], 379, &format!("stereo, {taps} taps, right"));

        let out = render_through(&responses, &input, &arguments);
        assert_convolved(
            &out[0],
            &[(left, a), (right, c)],
            379,
            &format!("true stereo, {taps} taps, left"),
        );
        assert_convolved(
            &out[1],
            &[(left, b), (right, d)],
            379,
            &format!("true stereo, {taps} taps, right"),
        );
    }
}

#[test]
fn ten_seconds_are_convolved_to_their_end_and_heard_as_the_tail() {
    let (input, response) = (vec![noise(1, 48_000); 2], vec![decaying(3, 480_000)]);
    let out = render_through(&response, &input, &["--block", "64"]);
    // The host may leave out what is as good as silence.
    assert!(out[0].len() > 48_000 + 479_000, "all of the tail: {} frames", out[0].len());
    assert_convolved(&out[0], &[(&input[0], &response[0])], 20_011, "10 s");
    assert!(energy(&out[0][500_000..520_000]) > 0.0, "there is something at the end");
}

#[test]
fn an_impulse_passes_at_the_very_frame_and_as_it_is() {
    let input = vec![noise(1, 5000), noise(2, 5000)];
    let out = render_through(&vec![vec![1.0]], &input, &["--block", "64", "--tail", "0"]);
    assert_same(&out, &input, "a response of a single one");
}

#[test]
fn it_is_the_same_to_the_bit_at_every_block_size() {
    let input = vec![noise(1, 40_000), noise(2, 40_000)];
    let response = vec![decaying(3, 30_000), decaying(4, 30_000)];
    let first = render_through(&response, &input, &["--block", "512"]);
    for block in ["64", "1,16,64,333,1024", "4096"] {
        assert_same(&render_through(&response, &input, &["--block", block]), &first, block);
    }
}

#[test]
fn every_kind_of_wav_is_the_same_sound() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let input = vec![noise(1, 10_000); 2];
    // Exact in 16 bits.
    let taps: Vec<i32> = noise(3, 3000).iter().map(|x| (x * 3000.0) as i32).collect();
    let render_as = |bits_per_sample: u16, sample_format| {
        let file = folder.path().join("a.wav");
        let spec = hound::WavSpec { channels: 1, sample_rate: RATE, bits_per_sample, sample_format };
        let mut writer = hound::WavWriter::create(&file, spec).expect("a file can be made");
        for tap in &taps {
            match sample_format {
                hound::SampleFormat::Int => writer.write_sample(tap << (bits_per_sample - 16)),
                hound::SampleFormat::Float => writer.write_sample(*tap as f32 / 32_768.0),
            }
            .expect("it can be written");
        }
        writer.finalize().expect("it can be written");
        render_with(&file, RATE, &input, &["--tail", "0"])
    };
    let first = render_as(16, hound::SampleFormat::Int);
    let want: Vec<f32> = taps.iter().map(|tap| *tap as f32 / 32_768.0).collect();
    assert_convolved(&first[0], &[(&input[0], &want)], 379, "16 bits");
    for (bits, format) in
        [(24, hound::SampleFormat::Int), (32, hound::SampleFormat::Int), (32, hound::SampleFormat::Float)]
    {
        assert_same(&render_as(bits, format), &first, &format!("{bits} bits, {format:?}"));
    }
}

#[test]
fn a_file_of_another_rate_does_the_same_to_a_tone() {
    // A decaying tone at 1 kHz as a response, and a tone through it.
    let response = |rate: u32| -> Sound {
        let tap = |n: usize| {
            let t = n as f64 / f64::from(rate);
            ((t * 1000.0 * std::f64::consts::TAU).sin() * (-t * 40.0).exp() * 60.0 / f64::from(rate)) as f32
        };
        vec![(0..rate as usize / 4).map(tap).collect()]
    };
    let tone = |n: usize| (n as f64 / f64::from(RATE) * 1000.0 * std::f64::consts::TAU).sin() as f32 * 0.5;
    let input = vec![(0..48_000).map(tone).collect(); 2];
    let folder = tempfile::tempdir().expect("a folder can be made");
    let level = |rate: u32| {
        let file = folder.path().join(format!("{rate}.wav"));
        wav::write_at(&file, rate, &response(rate));
        let out = render_with(&file, RATE, &input, &["--tail", "0"]);
        (energy(&out[0][24_000..]) / energy(&input[0][24_000..])).sqrt()
    };
    let own = level(RATE);
    assert!((0.5..1.0).contains(&own), "{own}");
    for rate in [8000, 44_100, 96_000, 192_000] {
        let other = level(rate);
        assert!((other / own - 1.0).abs() < 0.01, "{rate} Hz: {other} and {own}");
    }
}

#[test]
fn every_rate_of_a_host_is_served() {
    for rate in [8000, 44_100, 96_000, 384_000] {
        let input = vec![noise(1, rate as usize / 4); 2];
        let out = dyad_tests::sound::render_both(
            PLUGIN,
            rate,
            &input,
            &["--set", "source=chamber", "--set", "low_cut=100", "--set", "high_cut=15000", "--tail", "2"],
        );
        assert!(out.iter().flatten().all(|sample| sample.is_finite()), "{rate} Hz");
        let ratio = energy(&out[0]) / energy(&input[0]);
        assert!((0.2..1.5).contains(&ratio), "{rate} Hz: {ratio}");
        let second = rate as usize;
        let late = energy(&out[0][second..second * 5 / 4]);
        assert!(
            late > 0.0 && late < 1e-3 * energy(&out[0]),
            "{rate} Hz: it decays, and is not cut: {late:e}"
        );
    }
}

#[test]
fn mono_tracks_and_mono_to_stereo_get_what_is_meant_for_them() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let file = folder.path().join("response.wav");
    let responses: Sound = vec![decaying(3, 3000), decaying(4, 3000)];
    wav::write_at(&file, RATE, &responses);
    let input = vec![noise(1, 12_000)];
    let preset = state_with(folder.path(), &file, None);
    let lv2 = |layout: &str| {
        let class = format!("{ID}#{layout}");
        let state = lv2_state(&class, folder.path(), &preset);
        let arguments = ["--class", &class, "--state", state.to_str().expect("text"), "--tail", "0"];
        render(PLUGIN, Format::Lv2, RATE, &input, &arguments)
    };
    let mono = lv2("mono");
    let mean: Vec<f32> = (0..3000).map(|n| 0.5 * (responses[0][n] + responses[1][n])).collect();
    assert_eq!(mono.len(), 1);
    assert_convolved(&mono[0], &[(&input[0], &mean)], 379, "mono");
    let state = preset.to_str().expect("text").to_owned();
    let vst3 = render(PLUGIN, Format::Vst3, RATE, &input, &["--state", &state, "--tail", "0"]);
    assert_same(&mono, &vst3, "mono in both formats");
    let stereo = lv2("mono_to_stereo");
    assert_eq!(stereo.len(), 2);
    for (channel, response) in stereo.iter().zip(&responses) {
        assert_convolved(channel, &[(&input[0], response)], 379, "mono to stereo");
    }
}

#[test]
fn nothing_that_is_no_number_stays() {
    let mut input = vec![noise(1, 40_000), noise(2, 40_000)];
    let response = vec![decaying(3, 20_000), decaying(4, 20_000)];
    let mut clean = input.clone();
    for (frame, nonsense) in
        [(100, f32::NAN), (5000, f32::INFINITY), (5001, f32::NEG_INFINITY), (20_000, f32::NAN)]
    {
        input[0][frame] = nonsense;
        clean[0][frame] = 0.0;
    }
    let filters = ["--set", "low_cut=200", "--set", "high_cut=5000", "--set", "mix=70", "--tail", "0"];
    let out = render_through(&response, &input, &filters);
    assert_same(&out, &render_through(&response, &clean, &filters), "as if there had been zeros");
    assert!(out.iter().flatten().all(|sample| sample.is_finite()));
}
