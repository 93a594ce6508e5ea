// The least that a stereo gain in LV2 can do, written by hand: what the bench compares with.
//
// "bare" multiplies. "same" does what Dyad Gain does: decibels, a line of 20 ms to a new gain, and a
// peak and an RMS meter, in one pass over the samples with vectors of four.
#include <lv2/core/lv2.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#ifdef __SSE__
#include <xmmintrin.h>
#endif

typedef float v4 __attribute__((vector_size(16), aligned(4), may_alias));
typedef int i4 __attribute__((vector_size(16)));

enum { IN_LEFT, IN_RIGHT, OUT_LEFT, OUT_RIGHT, GAIN, PEAK, RMS, PORTS };

struct gain {
    float *ports[PORTS];
    float seen, start, target, step;
    int position, length;
    float held, power, fall, frames_back;
};

static LV2_Handle instantiate(const LV2_Descriptor *descriptor, double rate, const char *path,
                              const LV2_Feature *const *features) {
    (void)descriptor, (void)path, (void)features;
    struct gain *g = calloc(1, sizeof *g);
    if (!g) return NULL;
    g->seen = 0.0f;
    g->start = g->target = 1.0f;
    g->length = (int)(0.02 * rate);
    g->position = g->length;
    g->fall = (float)(M_LN10 / rate);
    g->frames_back = (float)(0.3 * rate);
    return g;
}

static void connect_port(LV2_Handle handle, uint32_t port, void *data) {
    if (port < PORTS) ((struct gain *)handle)->ports[port] = data;
}

static void run_bare(LV2_Handle handle, uint32_t frames) {
    struct gain *g = handle;
    const float gain = *g->ports[GAIN];
    for (int channel = 0; channel < 2; channel++) {
        const float *restrict in = g->ports[IN_LEFT + channel];
        float *restrict out = g->ports[OUT_LEFT + channel];
        for (uint32_t i = 0; i < frames; i++) out[i] = in[i] * gain;
    }
}

static v4 maximum(v4 a, v4 b) {
#ifdef __SSE__
    return (v4)_mm_max_ps((__m128)a, (__m128)b);
#else
    i4 more = a > b;
    return (v4)(((i4)a & more) | ((i4)b & ~more));
#endif
}

// A multiple of sixteen frames, with the gain moving or not.
static void piece(struct gain *g, uint32_t from, uint32_t frames, int moves, v4 *peak, v4 *sum) {
    const i4 no_sign = {0x7fffffff, 0x7fffffff, 0x7fffffff, 0x7fffffff};
    for (int channel = 0; channel < 2; channel++) {
        const float *in = g->ports[IN_LEFT + channel] + from;
        float *out = g->ports[OUT_LEFT + channel] + from;
        const float k = (float)(g->position + 1);
        const v4 first = {k, k + 1, k + 2, k + 3};
        v4 at[4] = {first, first + 4.0f, first + 8.0f, first + 12.0f};
        v4 gain = {g->target, g->target, g->target, g->target};
        v4 p[4] = {peak[0], peak[1], peak[2], peak[3]}, s[4] = {sum[0], sum[1], sum[2], sum[3]};
        for (uint32_t i = 0; i < frames; i += 16) {
#pragma GCC unroll 4
            for (int lane = 0; lane < 4; lane++) {
                if (moves) gain = g->start + g->step * at[lane], at[lane] += 16.0f;
                v4 x = *(const v4 *)(in + i + 4 * lane) * gain;
                *(v4 *)(out + i + 4 * lane) = x;
                p[lane] = maximum((v4)((i4)x & no_sign), p[lane]);
                s[lane] += x * x;
            }
        }
        memcpy(peak, p, sizeof p), memcpy(sum, s, sizeof s);
    }
    if (moves) g->position += (int)frames;
}

static void run_same(LV2_Handle handle, uint32_t frames) {
    struct gain *g = handle;
    if (*g->ports[GAIN] != g->seen) {
        g->seen = *g->ports[GAIN];
        g->start = g->position < g->length ? g->start + g->step * (float)g->position : g->target;
        g->target = g->seen <= -60.0f ? 0.0f : expf(g->seen * (float)(M_LN10 / 20));
        g->step = (g->target - g->start) / (float)g->length;
        g->position = 0;
    }
    v4 peak[4] = {0}, sum[4] = {0};
    uint32_t left = (uint32_t)(g->length - g->position);
    uint32_t moving = left < frames ? left : frames;
    if (moving) piece(g, 0, moving, 1, peak, sum);
    if (moving < frames) piece(g, moving, frames - moving, 0, peak, sum);
    v4 p = maximum(maximum(peak[0], peak[1]), maximum(peak[2], peak[3]));
    v4 s = (sum[0] + sum[1]) + (sum[2] + sum[3]);
    float highest = fmaxf(fmaxf(p[0], p[1]), fmaxf(p[2], p[3]));
    float mean = (s[0] + s[1] + s[2] + s[3]) / (float)(2 * frames);
    float fallen = g->held / (1.0f + g->fall * (float)frames);
    g->held = highest > fallen ? highest : fallen;
    g->power += (mean - g->power) * ((float)frames / ((float)frames + g->frames_back));
    *g->ports[PEAK] = g->held;
    *g->ports[RMS] = __builtin_sqrtf(g->power);
}

static void cleanup(LV2_Handle handle) { free(handle); }

LV2_SYMBOL_EXPORT const LV2_Descriptor *lv2_descriptor(uint32_t index) {
    static const LV2_Descriptor bare = {"urn:dyad:floor#bare", instantiate, connect_port, NULL,
                                        run_bare, NULL, cleanup, NULL};
    static const LV2_Descriptor same = {"urn:dyad:floor#same", instantiate, connect_port, NULL,
                                        run_same, NULL, cleanup, NULL};
    return index == 0 ? &bare : index == 1 ? &same : NULL;
}
